using System.Runtime.InteropServices;

namespace Meditron.Cli;

/// <summary>How the threads of OpenMP, on which kernels run, wait for each other in this process.</summary>
internal static partial class OpenMp
{
    /// <summary>The variable that bounds how long a thread spins before it sleeps (libgomp).</summary>
    public const string Variable = "GOMP_SPINCOUNT";

    /// <summary>The variable that says whether they spin at all (OpenMP).</summary>
    public const string Policy = "OMP_WAIT_POLICY";

    /// <summary>
    /// Enough for threads that have a processor each. With libgomp's own bound, some hundred thousand turns, threads that have not spend the processor on waiting for whoever would need it:
    /// beside other work a run is ten times slower.
    /// </summary>
    public const string Turns = "10000";

    /// <summary>Bounds it, unless the environment says otherwise; before the library is loaded, which reads the process's own environment and not .NET's copy.</summary>
    public static void BoundSpinning()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(Policy) is null)
        {
            _ = SetVariable(Variable, Turns, overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
