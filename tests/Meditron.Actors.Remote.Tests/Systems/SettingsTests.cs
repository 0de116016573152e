using Meditron.Actors.Configuration;

namespace Meditron.Actors.Remote.Tests.Systems;

/// <summary>A value that makes no sense is refused with its key, itself, and what is allowed.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("akka.remote.shutdown-timeout", "0 s", "above 0")]
    [InlineData("akka.remote.flush-wait-on-shutdown", "-1 s", "above 0")]
    [InlineData("akka.remote.startup-timeout", "0 s", "above 0")]
    [InlineData("akka.remote.command-ack-timeout", "0 s", "above 0")]
    [InlineData("akka.remote.retry-gate-closed-for", "-1 s", "of 0 or more")]
    [InlineData("akka.remote.backoff-interval", "0 s", "above 0")]
    [InlineData("akka.remote.system-message-buffer-size", "0", "from 1 to")]
    [InlineData("akka.remote.resend-limit", "0", "from 1 to")]
    [InlineData("akka.remote.resend-interval", "0 s", "above 0")]
    [InlineData("akka.remote.system-message-ack-piggyback-timeout", "0 s", "above 0")]
    [InlineData("akka.remote.initial-system-message-delivery-timeout", "0 s", "above 0")]
    [InlineData("akka.remote.quarantine-after-silence", "0 s", "above 0")]
    [InlineData("akka.remote.prune-quarantine-marker-after", "0 s", "above 0")]
    [InlineData("akka.remote.watch-failure-detector.heartbeat-interval", "0 s", "above 0")]
    [InlineData("akka.remote.watch-failure-detector.unreachable-nodes-reaper-interval", "0 s", "above 0")]
    [InlineData("akka.remote.watch-failure-detector.expected-response-after", "0 s", "above 0")]
    [InlineData("akka.remote.watch-failure-detector.threshold", "0", "")]
    [InlineData("akka.remote.watch-failure-detector.max-sample-size", "0", "")]
    [InlineData("akka.remote.watch-failure-detector.min-std-deviation", "0 s", "")]
    [InlineData("akka.remote.watch-failure-detector.acceptable-heartbeat-pause", "-1 s", "")]
    [InlineData("akka.remote.transport-failure-detector.heartbeat-interval", "0 s", "above 0")]
    [InlineData("akka.remote.transport-failure-detector.acceptable-heartbeat-pause", "0 s", "above 0")]
    [InlineData("akka.remote.handshake-timeout", "0 s", "above 0")]
    [InlineData("akka.remote.enabled-transports", "[\"akka.remote.other\"]", "the one transport")]
    [InlineData("akka.remote.maximum-message-size", "10b", "from 1024 to")]
    [InlineData("akka.remote.large-message-size", "10 MiB", "to 1048576 bytes")]
    [InlineData("akka.remote.send-queue-limit", "1 kB", "from 65536 to")]
    [InlineData("akka.remote.log-buffer-size-exceeding", "0", "from 1 to")]
    [InlineData("akka.remote.log-remote-lifecycle-events", "loud", "on, off")]
    [InlineData("akka.remote.dot-netty.tcp.connection-timeout", "0 s", "above 0")]
    [InlineData("akka.remote.dot-netty.tcp.maximum-frame-size", "1000b", "from 32000 to")]
    [InlineData("akka.remote.dot-netty.tcp.port", "70000", "from 0 to 65535")]
    [InlineData("akka.remote.dot-netty.tcp.public-port", "-1", "from 0 to 65535")]
    [InlineData("akka.remote.dot-netty.tcp.backlog", "0", "from 1 to")]
    [InlineData("akka.remote.dot-netty.tcp.send-buffer-size", "3 GiB", "to 1073741824 bytes")]
    [InlineData("akka.remote.dot-netty.tcp.receive-buffer-size", "3 GiB", "to 1073741824 bytes")]
    public async Task A_value_out_of_range_is_refused(string key, string value, string allowed)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var system = new RemoteSystem("here", $"{key} = {value}");
        });

        var failure = refused.GetBaseException();
        Assert.IsType<ConfigurationException>(failure);
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        Assert.Contains(value.Trim('[', ']', '"').Split(' ')[0], failure.Message.Replace("[", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(allowed, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_is_refused_by_its_key()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var system = new RemoteSystem("here", "akka.remote.dot-netty.tcp { enable-ssl = true, ssl.certificate.path = \"/no/such.pfx\" }");
        });

        Assert.Contains("akka.remote.dot-netty.tcp.ssl.certificate.path is \"/no/such.pfx\"", refused.GetBaseException().Message + refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_cannot_be_bound_is_refused_by_its_key()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var system = new RemoteSystem("here", "akka.remote.dot-netty.tcp.hostname = \"203.0.113.1\"");
        });

        Assert.Contains("203.0.113.1:0", refused.Message, StringComparison.Ordinal);
        Assert.Contains("akka.remote.dot-netty.tcp.hostname", refused.Message, StringComparison.Ordinal);
    }
}
