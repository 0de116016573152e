namespace Meditron.Cmd.Tests.Palettes;

public class SystemCommandsTests
{
    [Fact]
    public async Task Info_tells_what_the_process_is_and_how_it_is_doing()
    {
        await using var node = TestNode.Clustered();

        var info = (await node.Run("system info")).Succeeds().Lines.ToDictionary(line => line.Split("  ", 2)[0], line => line.Split("  ", 2)[1].Trim(), StringComparer.Ordinal);

        Assert.Equal("train", info["system"]);
        Assert.Equal(Cluster.Get(node.System).SelfAddress.ToString(), info["address"]);
        Assert.Equal($"127.0.0.1:{node.Port}", info["commands"]);
        Assert.Matches(@"^\d+(\.\d)? s, since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", info["uptime"]);
        Assert.StartsWith(typeof(ActorSystem).Assembly.GetName().Name!, info["engine"], StringComparison.Ordinal);
        Assert.StartsWith($"{Environment.ProcessId}, ", info["process"], StringComparison.Ordinal);
        Assert.Matches(@"^[0-9.]+ [KMG]iB resident, ", info["memory"]);
        Assert.Matches(@"^\d+, of which \d+ in the pool, \d+ busy; \d+ work items wait$", info["threads"]);
        Assert.Matches(@"^\d+ \(\d+ of the user, \d+ of the system\)$", info["actors"]);
    }
}
