using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote.Tests.Systems;

public sealed class MessagingTests
{
    [Fact]
    public async Task Message_and_reply_cross_the_network_with_full_addresses()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var echo = b.Start((message, _, _) => $"re: {message}", "echo");
        var (probe, log) = a.Probe("probe");
        a.RefTo(b, echo).Tell("hello", probe);
        var (reply, sender) = log.WaitWithSender<string>();
        Assert.Equal("re: hello", reply);
        Assert.Equal(b.Address, sender.Path.Address);
        Assert.Equal(echo.Path.Uid, sender.Path.Uid);
        sender.Tell("again", probe);
        log.Wait<string>(s => s == "re: again");
    }

    [Fact]
    public async Task Ask_works_across_systems()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var echo = b.Start((message, _, _) => message, "echo");
        Assert.Equal(42, await a.RefTo(b, echo).Ask<int>(42, RemoteSystem.Patience));
        Assert.Equal("x", await a.RefTo(b, echo, withUid: false).Ask<string>("x", RemoteSystem.Patience));
    }

    [Fact]
    public async Task Selection_resolves_an_actor_of_another_system()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var echo = b.Start((message, _, _) => message, "echo");
        var found = await a.System.ActorSelection($"{b.Address}/user/ec*").ResolveOne(RemoteSystem.Patience);
        Assert.Equal(echo.Path.ToSerializationFormatWithAddress(b.Address), found.Path.ToSerializationFormat());
        await Assert.ThrowsAsync<ActorNotFoundException>(() => a.System.ActorSelection($"{b.Address}/user/none").ResolveOne(RemoteSystem.Patience));
    }

    [Fact]
    public async Task Reference_inside_a_message_reaches_its_actor_from_a_third_system()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        await using var c = new RemoteSystem("c");
        var forwarder = b.Start((message, _, _) => { ((ActorIdentity)message).Subject!.Tell("from b", ActorRefs.NoSender); return null; }, "forwarder");
        var (probe, log) = a.Probe("probe");
        c.RefTo(b, forwarder).Tell(new ActorIdentity("id", c.RefTo(a, probe)), ActorRefs.NoSender);
        log.Wait<string>(s => s == "from b");
    }

    [Fact]
    public async Task Order_of_one_sender_is_kept_with_large_messages_between()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var (sink, log) = b.Probe("sink");
        var target = a.RefTo(b, sink);
        for (var i = 0; i < 300; i++)
        {
            var payload = new byte[i % 50 == 7 ? 3_000_000 + i : 4 + (i * 13 % 700)];
            BitConverter.TryWriteBytes(payload, i);
            payload[^1] = (byte)(i * 7);
            target.Tell(payload, ActorRefs.NoSender);
        }

        var got = log.WaitCount<byte[]>(300);
        for (var i = 0; i < got.Length; i++)
        {
            Assert.Equal(i % 50 == 7 ? 3_000_000 + i : 4 + (i * 13 % 700), got[i].Length);
            if (got[i].Length > 4)
            {
                Assert.Equal(i, BitConverter.ToInt32(got[i]));
                Assert.Equal((byte)(i * 7), got[i][^1]);
            }
        }
    }

    [Fact]
    public async Task Too_long_a_message_is_dropped_at_the_sender_with_type_and_size()
    {
        await using var a = new RemoteSystem("a", "akka.remote.maximum-message-size = 100 kB");
        await using var b = new RemoteSystem("b");
        var (sink, log) = b.Probe("sink");
        var target = a.RefTo(b, sink);
        target.Tell(new byte[200_000], ActorRefs.NoSender);
        target.Tell("small", ActorRefs.NoSender);
        log.Wait<string>(s => s == "small");
        Assert.Empty(log.All.OfType<byte[]>());
        var error = a.Events.Wait<Error>();
        Assert.Contains("System.Byte[]", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("200000", error.ToString(), StringComparison.Ordinal);
        a.Events.Wait<Dropped>();
    }

    [Fact]
    public async Task Message_of_a_type_without_serializer_is_dropped_with_an_error()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var (sink, log) = b.Probe("sink");
        var target = a.RefTo(b, sink);
        target.Tell(new Unregistered(), ActorRefs.NoSender);
        target.Tell("next", ActorRefs.NoSender);
        log.Wait<string>();
        Assert.Contains(nameof(Unregistered), a.Events.Wait<Error>().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_for_an_actor_that_is_not_there_becomes_a_dead_letter_at_the_receiver()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        a.Provider.ResolveActorRef($"{b.Address}/user/nobody").Tell("lost", ActorRefs.NoSender);
        var letter = b.Events.Wait<DeadLetter>(l => Equals(l.Message, "lost"));
        Assert.Equal("nobody", letter.Recipient.Path.Name);
    }

    [Fact]
    public async Task Actor_started_later_gets_messages_sent_to_its_path()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var target = a.Provider.ResolveActorRef($"{b.Address}/user/late");
        target.Tell("too early", ActorRefs.NoSender);
        b.Events.Wait<DeadLetter>(l => Equals(l.Message, "too early"));
        var (_, log) = b.Probe("late");
        target.Tell("in time", ActorRefs.NoSender);
        log.Wait<string>(s => s == "in time");
    }

    [Fact]
    public async Task Many_senders_and_recipients_keep_their_names_apart()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var (sink, log) = a.Probe("sink");
        const int Count = 300;
        for (var i = 0; i < Count; i++)
        {
            var name = $"n{i}";
            var echo = b.Start((message, _, self) => $"{self.Path.Name} {message}", name);
            a.RefTo(b, echo).Tell(i, sink);
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"n{i} {i}").Order(), log.WaitCount<string>(Count).Order());
    }

    [Fact]
    public async Task Stop_of_a_remote_reference_stops_the_actor()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var (victim, _) = b.Probe("victim");
        var (watcher, log) = b.Probe("watcher");
        watcher.Tell(new RemoteSystem.Watching(victim), ActorRefs.NoSender);
        log.Wait<RemoteSystem.Watching>();
        ((IInternalActorRef)a.RefTo(b, victim)).Stop();
        log.Wait<Terminated>(t => t.ActorRef.Equals(victim));
    }

    private sealed class Unregistered;
}
