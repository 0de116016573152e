using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote.Tests.Systems;

/// <summary>With <c>akka.remote.untrusted-mode</c> others may send messages, and nothing more.</summary>
public sealed class UntrustedTests
{
    private const string Untrusted = "akka.remote { untrusted-mode = on, trusted-selection-paths = [\"/user/open\"] }";

    [Fact]
    public async Task Plain_messages_arrive_and_harmful_ones_do_not()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b", Untrusted);
        var echo = b.Start((message, _, _) => message, "echo");
        var target = a.RefTo(b, echo);
        target.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        target.Tell(Kill.Instance, ActorRefs.NoSender);
        b.Events.Wait<Warning>(warning => $"{warning.Message}".Contains("PoisonPill", StringComparison.Ordinal));
        b.Events.Wait<Warning>(warning => $"{warning.Message}".Contains("Kill", StringComparison.Ordinal));

        Assert.Equal("still there", await target.Ask<string>("still there", RemoteSystem.Patience));
    }

    [Fact]
    public async Task Others_may_neither_watch_nor_stop()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b", Untrusted);
        var echo = b.Start((message, _, _) => message, "echo");
        var (watcher, log) = a.Probe("watcher");
        watcher.Tell(new RemoteSystem.Watching(a.RefTo(b, echo)), ActorRefs.NoSender);
        log.Wait<RemoteSystem.Watching>();
        ((IInternalActorRef)a.RefTo(b, echo)).Stop();
        b.Events.Wait<Warning>(warning => $"{warning.Message}".Contains("Watch", StringComparison.Ordinal));
        b.Events.Wait<Warning>(warning => $"{warning.Message}".Contains("Terminate", StringComparison.Ordinal));

        Assert.Equal("still there", await a.RefTo(b, echo).Ask<string>("still there", RemoteSystem.Patience));
    }

    [Fact]
    public async Task Selections_reach_the_paths_that_are_open_alone()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b", Untrusted);
        var (_, open) = b.Probe("open");
        var (_, shut) = b.Probe("shut");
        a.System.ActorSelection($"{b.Address}/user/shut").Tell("in?", ActorRefs.NoSender);
        a.System.ActorSelection($"{b.Address}/user/*").Tell("in?", ActorRefs.NoSender);
        a.System.ActorSelection($"{b.Address}/user/open").Tell(PoisonPill.Instance, ActorRefs.NoSender);
        a.System.ActorSelection($"{b.Address}/user/open").Tell("in?", ActorRefs.NoSender);

        Assert.Equal("in?", open.Wait<string>());
        Assert.Empty(shut.All);
        Assert.Equal(3, b.Events.WaitCount<Warning>(3, warning => $"{warning.Message}".Contains("akka.remote.untrusted-mode", StringComparison.Ordinal)).Length);
    }
}
