using Meditron.Cmd.Palettes;

namespace Meditron.Cmd.Tests.Palettes;

public class LogCommandsTests
{
    [Fact]
    public async Task View_shows_what_is_kept_by_level_count_and_text()
    {
        await using var node = TestNode.Local("akka.loglevel = DEBUG\nmeditron.cmd.log.capacity = 50");
        for (var i = 0; i < 100; i++)
        {
            node.System.Log.Info("entry {0}", i);
        }

        node.System.Log.Warning("a warning about the Weather");
        node.System.Log.Error(new InvalidOperationException("the cause"), "an error");

        var all = (await node.Run("log view")).Succeeds();
        Assert.InRange(all.Lines.Count(line => line.Contains("] entry ", StringComparison.Ordinal)), 30, 48);
        Assert.Contains("Cause: System.InvalidOperationException: the cause", all.Output, StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING \[.+\] a warning about the Weather$", Assert.Single((await node.Run("log view -l info -t weather")).Succeeds().Lines));
        Assert.Equal(2, (await node.Run("log view -l warning")).Succeeds().Lines.Count(line => line.Contains(" WARNING ", StringComparison.Ordinal) || line.Contains(" ERROR ", StringComparison.Ordinal)));
        Assert.Contains("] entry 99", (await node.Run("log view -l info -n 1 -t entry --since 1h")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Equal("", (await node.Run("log view -l info -t entry --since 0s")).Succeeds().Output);
        Assert.Equal(10, (await node.Run("log peek -l info -t entry")).Succeeds().Lines.Length);
        Assert.Equal(3, (await node.Run("log peek -l info -t entry -n 3")).Succeeds().Lines.Length);
    }

    [Theory]
    [InlineData("log view -l loud", "The level is 'loud'; allowed are debug, info, warning and error.")]
    [InlineData("log view -n 0", "The count is '0'")]
    [InlineData("log view -s yesterday", "The time is 'yesterday'; allowed are times such as 30s, 5m, 2h and 1d.")]
    [InlineData("log tail -l loud", "The level is 'loud'")]
    public async Task What_is_not_allowed_is_refused(string text, string message)
    {
        await using var node = TestNode.Local();

        (await node.Run(text)).Fails(message);
    }

    [Fact]
    public async Task Tail_shows_new_entries_of_a_level_as_they_come()
    {
        await using var node = TestNode.Local();
        var lines = new Observer();
        using var stop = new CancellationTokenSource();
        var run = (await node.Connect()).RunAsync(["log", "tail", "-l", "warning", "-t", "watched"], lines.Tell, stop.Token);
        string? seen = null;
        var next = lines.Next<string>();
        var number = 0;
        await Observer.Retry(async () =>
        {
            // The tail begins at some point after it was asked for; what is logged before is not its business.
            node.System.Log.Info("not watched closely enough");
            node.System.Log.Warning("watched {0}", number++);
            await node.Run("system info");
            seen = next.IsCompleted ? await next : null;
            return seen is not null;
        });
        Assert.Matches(@"WARNING \[.+\] watched \d+$", seen);

        await stop.CancelAsync();
        await run.InTime();
    }

    [Fact]
    public async Task A_tail_below_the_level_of_the_node_says_so()
    {
        await using var node = TestNode.Local("akka.loglevel = WARNING");
        var lines = new Observer();
        var run = (await node.Connect()).RunAsync(["log", "tail", "-l", "info"], lines.Tell, CancellationToken.None);

        Assert.Equal("(This node logs from WARNING on: akka.loglevel.)", await lines.Next<string>());
        Assert.False(run.IsCompleted);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_written_and_a_very_long_one_do_no_harm()
    {
        await using var node = TestNode.Local("meditron.cmd.log.max-entry-length = 200");
        node.System.Log.Info("poison {0}", new Poison());
        node.System.Log.Info(new string('y', 5000));

        var log = (await node.Run("log view")).Succeeds();

        Assert.Contains("INFO", log.Output, StringComparison.Ordinal);
        var longest = log.Lines.Single(line => line.Contains("yyyy", StringComparison.Ordinal));
        Assert.Equal(203, longest.Length);
        Assert.EndsWith("...", longest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    [InlineData("0s", 0)]
    public void Times_are_read_as_people_write_them(string text, double seconds) => Assert.Equal(seconds, Durations.Parse(text)!.Value.TotalSeconds);

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5")]
    [InlineData("5 weeks")]
    [InlineData("1.2.3s")]
    [InlineData("-5s")]
    [InlineData("99999999999999999999d")]
    public void What_is_no_time_is_none(string text) => Assert.Null(Durations.Parse(text));

    private sealed class Poison
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
