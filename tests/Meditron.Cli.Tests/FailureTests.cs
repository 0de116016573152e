using Meditron.Data;
using Meditron.Llama;
using Meditron.Torch;

namespace Meditron.Cli.Tests;

public class FailureTests
{
    public static TheoryData<Exception, int, string> Cases => new()
    {
        { new ConfigurationException("key x"), ExitCodes.Configuration, "key x" },
        { new LlamaConfigException("shape"), ExitCodes.Configuration, "shape" },
        { new MissingInputException("gone", "a.jsonl"), ExitCodes.Data, "a.jsonl: gone" },
        { new OutputException("full", "b.bin"), ExitCodes.InputOutput, "b.bin: full" },
        { new TorchException(TorchErrorKind.OutOfMemory, "matmul: no memory"), ExitCodes.OutOfMemory, "micro-batch" },
        { new TorchException(TorchErrorKind.Device, "no cuda"), ExitCodes.Configuration, "no cuda" },
        { new TorchException(TorchErrorKind.Shape, "matmul: 2x3 by 4x5"), ExitCodes.Unexpected, "matmul" },
        { new InsufficientMemoryException("trainer"), ExitCodes.OutOfMemory, "trainer" },
        { new IOException("No space left on device", 28), ExitCodes.InputOutput, "the disk is full" },
        { new IOException("broken pipe"), ExitCodes.InputOutput, "broken pipe" },
        { new UnauthorizedAccessException("denied."), ExitCodes.InputOutput, "permissions" },
        { new OperationCanceledException(), ExitCodes.Interrupted, "interrupted" },
        { new AggregateException(new ConfigurationException("inner")), ExitCodes.Configuration, "inner" },
        { new TypeInitializationException("T", new DllNotFoundException("lib.so: not found\nmore")), ExitCodes.Unexpected, "scripts/setup.sh" },
        { new InvalidOperationException("odd\nsecond line"), ExitCodes.Unexpected, "--debug" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_kind_of_error_has_its_code_and_one_line(Exception exception, int code, string message)
    {
        var failure = Failure.From(exception);
        Assert.Equal(code, failure.Code);
        Assert.Contains(message, failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
    }
}
