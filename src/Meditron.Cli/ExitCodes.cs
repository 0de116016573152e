namespace Meditron.Cli;

/// <summary>The exit codes of <c>meditron</c>; <c>meditron --help</c> and the documentation list them.</summary>
public static class ExitCodes
{
    /// <summary>Done; also a training run that was interrupted once and saved its state.</summary>
    public const int Ok = 0;

    /// <summary>Something unexpected: a fault of the program. Run again with --debug for the details.</summary>
    public const int Unexpected = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The configuration, or the model's shape, is wrong.</summary>
    public const int Configuration = 3;

    /// <summary>The data or the tokenizer is missing, damaged or does not fit.</summary>
    public const int Data = 4;

    /// <summary>A checkpoint or a model folder is missing, damaged or of another shape.</summary>
    public const int Checkpoint = 5;

    /// <summary>Not enough memory.</summary>
    public const int OutOfMemory = 6;

    /// <summary>A file or the disk: full, not writable, gone.</summary>
    public const int InputOutput = 7;

    /// <summary>A node could not start or join its cluster.</summary>
    public const int Cluster = 8;

    /// <summary>A node was declared dead.</summary>
    public const int Downed = 9;

    /// <summary>A node's commands cannot be reached: nobody listens, the secret is wrong, or the connection broke.</summary>
    public const int Unreachable = 10;

    /// <summary>The simulation found a seed for which something that must hold did not.</summary>
    public const int Violation = 11;

    /// <summary>Training has diverged, and the policy ends it.</summary>
    public const int Diverged = 12;

    /// <summary>Too few workers are left, and the policy ends the job.</summary>
    public const int TooFewWorkers = 13;

    /// <summary>A command that a node was given failed there.</summary>
    public const int CommandFailed = Unexpected;

    /// <summary>Interrupted: a second time in training, the first time in other commands.</summary>
    public const int Interrupted = 130;

    /// <summary>Told to end by SIGTERM, and not ended in order in time.</summary>
    public const int Terminated = 143;

    /// <summary>The table for the help text.</summary>
    public const string Help = "Exit codes: 0 done, 1 unexpected fault (of cmd: the command failed), 2 wrong command line, 3 configuration, 4 data or tokenizer, 5 checkpoint or model folder, 6 out of memory, 7 disk or file access, 8 node cannot start or join, 9 node was declared dead, 10 node cannot be reached, 11 a simulated seed violates an invariant, 12 training has diverged, 13 too few workers are left, 130 interrupted.";
}
