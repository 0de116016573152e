namespace Meditron.Training.Distributed.Launching;

/// <summary>The program that this process runs, also where it was forked from a server that had loaded what takes long.</summary>
public static class OwnProgram
{
    /// <summary>The variable with which a forked process is told the program that it is.</summary>
    public const string Variable = "MEDITRON_PROGRAM";

    /// <summary>The name of the fork server's executable, beside the program's assemblies.</summary>
    public const string ForkServerName = "meditron-forkserver";

    /// <summary>The fork server's executable, which may not be there.</summary>
    public static string ForkServerPath => System.IO.Path.Combine(AppContext.BaseDirectory, ForkServerName);

    /// <summary>The program's own executable, or the .NET host that runs it.</summary>
    public static string Path
    {
        get
        {
            var path = Environment.ProcessPath ?? "dotnet";
            return System.IO.Path.GetFileName(path) == ForkServerName ? Environment.GetEnvironmentVariable(Variable) ?? "dotnet" : path;
        }
    }

    /// <summary>Whether a process with that executable runs this program.</summary>
    /// <param name="executable">The executable's path; null where it is not known.</param>
    public static bool IsRunBy(string? executable) => executable is not null && (executable == Environment.ProcessPath || executable == Path || executable == ForkServerPath);
}
