using System.Reflection;
using Meditron.Cli.Nodes;
using Meditron.Cmd;
using Meditron.Cmd.Client;
using Meditron.Data;
using Meditron.Data.Curation;
using Meditron.Llama;
using Meditron.Llama.HuggingFace;
using Meditron.Torch;
using Meditron.Torch.Safetensors;
using Meditron.Training.Checkpoints;

namespace Meditron.Cli;

/// <summary>The one line that a user sees of an exception, and the exit code that goes with it.</summary>
/// <param name="Code">One of <see cref="ExitCodes"/>.</param>
/// <param name="Message">What failed, on what, why, and what to do.</param>
internal sealed record Failure(int Code, string Message)
{
    /// <summary>Maps an exception by its type; this is the only place that does.</summary>
    public static Failure From(Exception exception) => Unwrap(exception) switch
    {
        CheckpointException or HuggingFaceException or SafetensorsException => new(ExitCodes.Checkpoint, Unwrap(exception).Message),
        ConfigurationException or LlamaConfigException => new(ExitCodes.Configuration, Unwrap(exception).Message),
        UsageException e => new(ExitCodes.Usage, e.Message),
        NodeException e => new(e.Code, e.Message),
        CommandHostException e => new(ExitCodes.Cluster, e.Message),
        CommandClientException e => new(ExitCodes.Unreachable, e.Message),
        OutputException e => new(ExitCodes.InputOutput, e.Message),
        CurationException { InnerException: IOException or UnauthorizedAccessException } e => new(ExitCodes.InputOutput, e.Message),
        DataException e => new(ExitCodes.Data, e.Message),
        TorchException { Kind: TorchErrorKind.OutOfMemory } e => new(ExitCodes.OutOfMemory, OutOfMemory(e.Message)),
        TorchException { Kind: TorchErrorKind.Device } e => new(ExitCodes.Configuration, e.Message),
        Training.Runs.InsufficientMemoryException e => new(ExitCodes.OutOfMemory, e.Message),
        InsufficientMemoryException or OutOfMemoryException => new(ExitCodes.OutOfMemory, OutOfMemory(Unwrap(exception).Message)),
        OperationCanceledException => new(ExitCodes.Interrupted, "interrupted; files written before are as they were."),
        UnauthorizedAccessException e => new(ExitCodes.InputOutput, $"{e.Message} Check the permissions, or choose another place."),
        DirectoryNotFoundException e => new(ExitCodes.InputOutput, $"{e.Message} Check that the folders above it exist and are folders, or choose another place."),
        IOException e => new(ExitCodes.InputOutput, InputOutput(e)),
        EntryPointNotFoundException e => new(ExitCodes.Unexpected, $"a native library is out of date: {FirstLine(e.Message)} Run scripts/build-native.sh."),
        DllNotFoundException e => new(ExitCodes.Unexpected, $"a native library cannot be loaded: {FirstLine(e.Message)} Run scripts/setup.sh, which installs and builds what is needed."),
        var e => new(ExitCodes.Unexpected, $"unexpected {e.GetType().Name}: {FirstLine(e.Message)} This is a fault of the program; run again with --debug for the details."),
    };

    private static Exception Unwrap(Exception exception) => exception switch
    {
        AggregateException { InnerException: { } inner } => Unwrap(inner),
        TypeInitializationException { InnerException: { } inner } => Unwrap(inner),
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        _ => exception,
    };

    private static string OutOfMemory(string message) =>
        $"out of memory: {FirstLine(message).TrimEnd('.')}. Use a smaller meditron.training.micro-batch or sequence-length, meditron.training.recompute = full, or a smaller model.";

    private static string InputOutput(IOException e)
    {
        const int noSpace = 28, overQuota = 122;
        return (e.HResult & 0xFFFF) is noSpace or overQuota
            ? $"the disk is full: {e.Message.TrimEnd('.')}. Free some space or choose another folder; files written before are as they were."
            : e.Message;
    }

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();
}
