using System.Collections;
using System.Runtime.InteropServices;
using Meditron.Training.Distributed.Launching;

namespace Meditron.Cli.Jobs;

/// <summary>Starts this program as a process in a session of its own that writes to a file: it outlives whoever started it, and a terminal's signals do not reach it.</summary>
internal static unsafe partial class DetachedProcess
{
    private const int InitBytes = 512;
    private const short NewSession = 0x80;
    private const int ReadOnly = 0;
    private const int AppendOrCreate = 0x1 | 0x40 | 0x400;
    private const uint OwnerWrites = 0x1A4; // rw-r--r--
    private const int Interrupted = 4;
    private const int SignalBase = 128;

    /// <summary>The end of a process whose exit code nobody could learn.</summary>
    public const int UnknownCode = -1;

    /// <summary>A command line of this program.</summary>
    /// <param name="arguments">What comes after the program.</param>
    public static string[] CommandLine(IReadOnlyList<string> arguments) =>
        Path.GetFileNameWithoutExtension(OwnProgram.Path) == "dotnet" ? [OwnProgram.Path, typeof(DetachedProcess).Assembly.Location, .. arguments] : [OwnProgram.Path, .. arguments];

    /// <summary>The environment of a process of this program, <c>NAME=VALUE</c>.</summary>
    public static IEnumerable<string> Variables()
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value, StringComparer.Ordinal);
        environment.Remove(OwnProgram.Variable);
        if (!environment.ContainsKey(OpenMp.Policy))
        {
            // Threads of a product that wait for each other: where something else has a processor they would spin for its whole turn, and take it from the one they wait for.
            environment.TryAdd(OpenMp.Variable, OpenMp.Turns);
        }

        return environment.Select(entry => $"{entry.Key}={entry.Value}");
    }

    /// <summary>Starts it.</summary>
    /// <param name="arguments">The command line after the program.</param>
    /// <param name="log">Where its output goes, behind what is there.</param>
    /// <param name="exited">Told its exit code, on a thread of its own; <see cref="UnknownCode"/> where it cannot be learnt.</param>
    /// <returns>The process id.</returns>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static int Start(IReadOnlyList<string> arguments, string log, Action<int> exited) => Start(OwnProgram.Path, CommandLine(arguments), log, exited);

    /// <summary>Starts any program so.</summary>
    /// <param name="program">The program.</param>
    /// <param name="command">Its command line, with its name.</param>
    /// <param name="log">Where its output goes, behind what is there.</param>
    /// <param name="exited">Told its exit code, on a thread of its own; <see cref="UnknownCode"/> where it cannot be learnt.</param>
    /// <param name="input">The descriptor of this process that becomes its standard input; null for none.</param>
    /// <returns>The process id.</returns>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static int Start(string program, string[] command, string log, Action<int> exited, int? input = null)
    {
        var process = Spawn(program, command, log, input);
        new Thread(() => exited(WaitFor(process))) { IsBackground = true, Name = $"wait-{process}" }.Start();
        return process;
    }

    /// <summary>The exit code as shells tell it: 128 and the signal of a process that one has ended.</summary>
    /// <param name="status">The status that waitpid tells.</param>
    public static int CodeOf(int status)
    {
        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : SignalBase + signal;
    }

    private static int Spawn(string program, string[] arguments, string log, int? input)
    {
        var actions = stackalloc byte[InitBytes];
        var attributes = stackalloc byte[InitBytes];
        Check(FileActionsInit(actions), program);
        try
        {
            Check(AttributesInit(attributes), program);
            Check(AttributesSetFlags(attributes, NewSession), program);
            Check(input is { } descriptor ? AddDuplicate(actions, descriptor, 0) : AddOpen(actions, 0, "/dev/null", ReadOnly, 0), program);
            Check(AddOpen(actions, 1, log, AppendOrCreate, OwnerWrites), program);
            Check(AddDuplicate(actions, 1, 2), program);
            Check(PosixSpawn(out var process, program, actions, attributes, [.. arguments, null], [.. Variables(), null]), program);
            return process;
        }
        finally
        {
            _ = AttributesDestroy(attributes);
            _ = FileActionsDestroy(actions);
        }
    }

    private static void Check(int error, string program)
    {
        if (error != 0)
        {
            throw new IOException($"{program} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    private static int WaitFor(int process)
    {
        int status;
        while (WaitPid(process, &status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                return UnknownCode;
            }
        }

        return CodeOf(status);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(out int process, string path, byte* actions, byte* attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int FileActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int FileActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int descriptor, int copy);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int process, int* status, int options);
}
