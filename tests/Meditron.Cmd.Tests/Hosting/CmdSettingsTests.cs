using Meditron.Cmd.Hosting;

namespace Meditron.Cmd.Tests.Hosting;

public class CmdSettingsTests
{
    [Fact]
    public void Defaults_are_those_of_the_reference()
    {
        var settings = Read("");

        Assert.Equal("127.0.0.1", settings.Host);
        Assert.Equal(9110, settings.Port);
        Assert.True(settings.IsLoopback);
        Assert.False(settings.NeedsSecret);
        Assert.Equal(1000, settings.LogCapacity);
    }

    [Theory]
    [InlineData("port = 70000", "meditron.cmd.port is 70000; allowed is a whole number from 0 to 65535.")]
    [InlineData("max-clients = 0", "meditron.cmd.max-clients is 0; allowed is a whole number from 1 to 10000.")]
    [InlineData("command-timeout = 0 s", "meditron.cmd.command-timeout is 0 s; allowed is a time above 0 and below a day.")]
    [InlineData("max-command-size = 1 B", "meditron.cmd.max-command-size is 1 B; allowed is a size from 256 to 16777216 bytes.")]
    [InlineData("idle-timeout = 6 s", "meditron.cmd.idle-timeout is 6 s; allowed is at least twice meditron.cmd.heartbeat-interval, which is 00:00:05.")]
    [InlineData("prot = 1", "meditron.cmd.prot is not a known key. Did you mean port?")]
    [InlineData("log.capasity = 1", "meditron.cmd.log.capasity is not a known key. Did you mean capacity? There are capacity, max-entry-length.")]
    [InlineData("host = \"\"", "meditron.cmd.host is \"\"; allowed is the name or address of an interface of this machine")]
    public void What_is_not_allowed_is_named_with_what_is(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_dispatcher_may_have_any_key_of_the_engine() => Read("dispatcher { executor = fork-join-executor, fork-join-executor.parallelism-max = 3 }");

    private static CmdSettings Read(string text) => new(ConfigurationFactory.ParseString($"meditron.cmd {{ {text} }}").WithFallback(MeditronCmd.DefaultConfig()));
}
