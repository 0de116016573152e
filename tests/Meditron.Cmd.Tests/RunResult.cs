using Meditron.Cmd.Client;
using Meditron.Cmd.Parsing;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Tests;

/// <summary>What a command printed, and how it ended.</summary>
internal sealed record RunResult(Ended.Types.Status Status, string Output, string Message)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public RunResult Succeeds()
    {
        Assert.True(Status == Ended.Types.Status.Done, $"{Status}: {Message}");
        return this;
    }

    public RunResult Fails(string message, Ended.Types.Status status = Ended.Types.Status.Failed)
    {
        Assert.Contains(message, Message, StringComparison.Ordinal);
        Assert.Equal(status, Status);
        return this;
    }
}

internal static class RunExtensions
{
    public static async Task<RunResult> RunText(this CommandClient client, string text)
    {
        var output = new List<string>();
        Assert.True(CommandText.TrySplit(text, out var words));
        var outcome = await client.RunAsync(words, output.Add, CancellationToken.None).InTime();
        return new RunResult(outcome.Status, string.Join('\n', output), outcome.Message);
    }
}
