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

    /// <summary>Interrupted: a second time in training, the first time in other commands.</summary>
    public const int Interrupted = 130;

    /// <summary>The table for the help text.</summary>
    public const string Help = "Exit codes: 0 done, 1 unexpected fault, 2 wrong command line, 3 configuration, 4 data or tokenizer, 5 checkpoint or model folder, 6 out of memory, 7 disk or file access, 130 interrupted.";
}
