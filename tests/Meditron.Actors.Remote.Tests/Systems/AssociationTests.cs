using System.Net;
using System.Net.Sockets;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Remote.Wire;

namespace Meditron.Actors.Remote.Tests.Systems;

public sealed class AssociationTests
{
    // A loopback address that nobody else's connections start from: a port of it that was free, or one's own, is free again.
    private const string Quiet = "127.0.77.1";

    [Fact]
    public async Task What_is_sent_to_where_nobody_listens_is_a_dead_letter_and_the_gate_closes()
    {
        await using var a = new RemoteSystem("a");
        var port = FreePort();
        var target = a.Provider.ResolveActorRef($"akka.tcp://b@{Quiet}:{port}/user/sink");
        target.Tell("first", ActorRefs.NoSender);
        a.Events.Wait<DeadLetter>(letter => Equals(letter.Message, "first"));
        Assert.Contains("nobody listens there", a.Events.Wait<AssociationErrorEvent>().Cause.Message, StringComparison.Ordinal);
        a.Events.Wait<Warning>(warning => $"{warning.Message}".Contains("akka.remote.retry-gate-closed-for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_system_that_comes_later_is_reached_once_the_gate_is_open()
    {
        await using var a = new RemoteSystem("a");
        var port = FreePort();
        var target = a.Provider.ResolveActorRef($"akka.tcp://b@{Quiet}:{port}/user/sink");
        target.Tell("too early", ActorRefs.NoSender);
        a.Events.Wait<DeadLetter>();
        await using var b = new RemoteSystem("b", At(port));
        b.Probe("sink", into: a.Events);

        // Each dead letter is the sign to try again; none is needed once the gate has opened.
        object outcome;
        var i = 0;
        do
        {
            var number = $"message {i++}";
            target.Tell(number, ActorRefs.NoSender);
            outcome = a.Events.Wait<object>(e => Equals(e, number) || (e is DeadLetter letter && Equals(letter.Message, number)));
        }
        while (outcome is DeadLetter);
    }

    [Fact]
    public async Task A_restarted_system_is_another_incarnation_and_is_reached_at_the_same_address()
    {
        await using var a = new RemoteSystem("a");
        var b = new RemoteSystem("b", At(0));
        var address = b.Address;
        var uid = b.System.SystemUid;
        var (sink, log) = b.Probe("sink");
        var target = a.Provider.ResolveActorRef($"{address}/user/sink");
        target.Tell("to the first", ActorRefs.NoSender);
        log.Wait<string>();
        await b.DisposeAsync();
        a.Events.Wait<DisassociatedEvent>();

        await using var again = new RemoteSystem("b", At(address.Port!.Value));
        var (_, second) = again.Probe("sink");
        again.Provider.ResolveActorRef($"{a.Address}/user/nobody").Tell("here I am", ActorRefs.NoSender);
        a.Events.Wait<QuarantinedEvent>(e => e.Address.Equals(address) && e.Uid == uid);
        target.Tell("to the second", ActorRefs.NoSender);

        Assert.Equal("to the second", second.Wait<string>());

        // A reference to an actor of the first incarnation names nobody of the second.
        a.RefTo(again, sink).Tell("to the dead", ActorRefs.NoSender);
        again.Events.Wait<DeadLetter>(letter => Equals(letter.Message, "to the dead"));
    }

    [Fact]
    public async Task A_quarantined_system_is_told_and_hears_nothing_until_it_comes_again()
    {
        await using var a = new RemoteSystem("a");
        var b = new RemoteSystem("b", At(0));
        var address = b.Address;
        var echo = b.Start((message, _, _) => message, "echo");
        await a.RefTo(b, echo).Ask<string>("hi", RemoteSystem.Patience);
        a.Provider.Quarantine(address, b.System.SystemUid);

        b.Events.Wait<ThisActorSystemQuarantinedEvent>(e => e.RemoteAddress.Equals(a.Address));
        b.Events.Wait<Error>(error => $"{error.Message}".Contains("must be restarted", StringComparison.Ordinal));
        Assert.Equal(b.System.SystemUid, a.Events.Wait<QuarantinedEvent>().Uid);
        a.RefTo(b, echo).Tell("no more", ActorRefs.NoSender);
        a.Events.Wait<DeadLetter>(letter => Equals(letter.Message, "no more"));
        await b.DisposeAsync();

        await using var again = new RemoteSystem("b", At(address.Port!.Value));
        var fresh = a.Start((message, _, _) => message, "echo");
        Assert.Equal("back", await again.RefTo(a, fresh).Ask<string>("back", RemoteSystem.Patience));
    }

    [Fact]
    public async Task Each_side_keeps_one_connection_when_both_connect_at_once()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var (toA, toB) = (a.Start((m, _, _) => m, "echo"), b.Start((m, _, _) => m, "echo"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 2 == 0
            ? a.RefTo(b, toB).Ask<int>(i, RemoteSystem.Patience)
            : b.RefTo(a, toA).Ask<int>(i, RemoteSystem.Patience)));

        Assert.Equal(Enumerable.Range(0, 20), answers);
        await a.RefTo(b, toB).Ask<int>(1, RemoteSystem.Patience);
        await b.RefTo(a, toA).Ask<int>(1, RemoteSystem.Patience);
        a.Events.WaitFor(
            all => all.OfType<AssociatedEvent>().Count() - all.OfType<DisassociatedEvent>().Count() == 1);
    }

    [Fact]
    public async Task An_actor_that_stops_is_noticed_by_its_watcher_elsewhere()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var (victim, _) = b.Probe("victim");
        var (watcher, log) = a.Probe("watcher");
        var subject = a.RefTo(b, victim);
        watcher.Tell(new RemoteSystem.Watching(subject), ActorRefs.NoSender);
        log.Wait<RemoteSystem.Watching>();
        await a.RefTo(b, b.Start((m, _, _) => m)).Ask<string>("behind the watch", RemoteSystem.Patience);
        b.System.Stop(victim);

        var terminated = log.Wait<Terminated>();
        Assert.Equal((subject, true, false), (terminated.ActorRef, terminated.ExistenceConfirmed, terminated.AddressTerminated));
    }

    [Fact]
    public async Task Watching_an_actor_that_is_gone_is_answered()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var (watcher, log) = a.Probe("watcher");
        watcher.Tell(new RemoteSystem.Watching(a.Provider.ResolveActorRef($"{b.Address}/user/nobody")), ActorRefs.NoSender);

        Assert.False(log.Wait<Terminated>().ExistenceConfirmed);
    }

    [Fact]
    public async Task A_system_that_ends_takes_its_actors_along_for_those_who_watch_them()
    {
        await using var a = new RemoteSystem("a");
        var b = new RemoteSystem("b");
        var (victim, _) = b.Probe("victim");
        var (watcher, log) = a.Probe("watcher");
        watcher.Tell(new RemoteSystem.Watching(a.RefTo(b, victim)), ActorRefs.NoSender);
        log.Wait<RemoteSystem.Watching>();
        await a.RefTo(b, b.Start((m, _, _) => m)).Ask<string>("behind the watch", RemoteSystem.Patience);
        await b.DisposeAsync();

        log.Wait<Terminated>();
    }

    [Fact]
    public async Task A_process_that_dies_is_noticed_from_its_closed_connection()
    {
        await using var a = new RemoteSystem("a");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (watcher, log) = a.Probe("watcher");
        watcher.Tell(
            new RemoteSystem.Watching(a.Provider.ResolveActorRef($"akka.tcp://raw@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/user/victim")), ActorRefs.NoSender);
        using var peer = await RawPeer.Accept(listener);
        a.Events.Wait<AssociatedEvent>();

        // Neither a goodbye nor an answer to a heartbeat: the sockets of a killed process are closed, and nobody listens any more.
        listener.Stop();
        peer.Dispose();

        Assert.True(log.Wait<Terminated>().AddressTerminated);
        a.Events.Wait<QuarantinedEvent>();
    }

    [Fact]
    public async Task System_messages_are_sent_again_over_a_new_connection_until_they_are_acknowledged()
    {
        await using var a = new RemoteSystem("a");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (watcher, log) = a.Probe("watcher");
        var victim = $"akka.tcp://raw@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/user/victim";
        watcher.Tell(new RemoteSystem.Watching(a.Provider.ResolveActorRef(victim)), ActorRefs.NoSender);
        log.Wait<RemoteSystem.Watching>();
        byte[] first;
        using (var peer = await RawPeer.Accept(listener))
        {
            first = await Next(peer, FrameType.System);
        }

        using var again = await RawPeer.Accept(listener);
        Assert.Equal(first, await Next(again, FrameType.System));

        // Acknowledged, it does not come a third time.
        again.Writer.Start(FrameType.SystemAck).Varint(1);
        await again.SendWritten();
        again.Writer.Start(FrameType.System).Varint(1).Varint(0).Byte(3).String(a.Provider.RemoteWatcher.Path.ToSerializationFormatWithAddress(a.Address)).String(victim).Byte(1);
        await again.SendWritten();
        log.Wait<Terminated>();

        // Nor does a repetition come with what is sent next.
        a.Provider.ResolveActorRef(victim).Tell("next", ActorRefs.NoSender);
        byte[] next;
        do
        {
            next = (await again.ReadFrame())!;
            Assert.NotEqual(first, next);
        }
        while (next[0] != (byte)FrameType.DefineRef);
    }

    [Fact]
    public async Task A_system_message_that_comes_twice_is_taken_once()
    {
        await using var a = new RemoteSystem("a");
        using var peer = await RawPeer.Establish(a);
        var (victim, _) = a.Probe("victim");
        var path = victim.Path.ToSerializationFormatWithAddress(a.Address);
        for (var i = 0; i < 3; i++)
        {
            // Watch, as by an actor of the peer.
            peer.Writer.Start(FrameType.System).Varint(1).Varint(0).Byte(1).String(path).String("akka.tcp://raw@127.0.0.1:65000/user/watcher#1");
            await peer.SendWritten();
            Assert.Equal([(byte)FrameType.SystemAck, 1], await Next(peer, FrameType.SystemAck));
        }

        a.System.Stop(victim);
        await Next(peer, FrameType.System);
        peer.Writer.Start(FrameType.SystemAck).Varint(1);
        await peer.SendWritten();
        await a.DisposeAsync();
        Assert.DoesNotContain(await peer.ReadToEnd(), frame => frame[0] == (byte)FrameType.System);
    }

    [Fact]
    public async Task A_system_message_too_early_is_not_taken_and_asked_for_again()
    {
        await using var a = new RemoteSystem("a");
        using var peer = await RawPeer.Establish(a);
        peer.Writer.Start(FrameType.System).Varint(3).Varint(0).Byte(4).String($"{a.Address}/user/nobody");
        await peer.SendWritten();

        Assert.Equal([(byte)FrameType.SystemAck, 0], await Next(peer, FrameType.SystemAck));
        a.Events.Wait<Warning>(warning => $"{warning.Message}".Contains("came before 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_large_message_lets_heartbeats_pass()
    {
        await using var a = new RemoteSystem("a");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"akka.tcp://raw@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        a.Provider.ResolveActorRef($"{address}/user/sink").Tell(new byte[20_000_000], ActorRefs.NoSender);
        using var peer = await RawPeer.Accept(listener);
        a.Events.Wait<AssociatedEvent>();
        Assert.Equal((byte)FrameType.ChunkBegin, (await Next(peer, FrameType.ChunkBegin))[0]);

        // Far from everything fits the buffers of the sockets: what is sent now stands behind it, and goes before it all the same.
        a.Provider.ResolveActorRef($"{address}/system/remote-watcher").Tell("heartbeat", ActorRefs.NoSender);
        var before = 0;
        var bytes = 0;
        while (true)
        {
            var frame = (await peer.ReadFrame())!;
            if (frame[0] == (byte)FrameType.Message)
            {
                break;
            }

            Assert.Equal((byte)FrameType.Chunk, frame[0]);
            Assert.InRange(frame.Length, 1, 33_000);
            before++;
            bytes += frame.Length;
        }

        Assert.InRange(bytes, 0, 15_000_000);
        while (bytes < 20_000_000)
        {
            bytes += (await peer.ReadFrame())!.Length;
        }
    }

    [Fact]
    public async Task Failures_answer_questions_across_systems()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var failing = b.Start((_, _, _) => new Status.Failure(new InvalidOperationException("cannot do that")), "failing");
        var unusual = b.Start((_, _, _) => new Status.Failure(new Unusual("odd")), "unusual");

        Assert.Equal("cannot do that", (await Assert.ThrowsAsync<InvalidOperationException>(() => a.RefTo(b, failing).Ask<string>("do", RemoteSystem.Patience))).Message);
        Assert.Contains($"{typeof(Unusual).FullName}: odd", (await Assert.ThrowsAnyAsync<AkkaException>(() => a.RefTo(b, unusual).Ask<string>("do", RemoteSystem.Patience))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_nobody_answers_times_out()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b");
        var silent = b.Start((_, _, _) => null, "silent");

        await Assert.ThrowsAsync<AskTimeoutException>(() => a.RefTo(b, silent).Ask<string>("hello?", TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task Deploying_an_actor_elsewhere_is_refused_by_name()
    {
        await using var a = new RemoteSystem("a");
        var elsewhere = new Address("akka.tcp", "b", "127.0.0.1", 1);
        var refused = Assert.Throws<NotSupportedException>(() => a.System.ActorOf(Props.Empty.WithDeploy(new Deploy(new RemoteScope(elsewhere))), "there"));

        Assert.Contains("cannot be deployed at akka.tcp://b@127.0.0.1:1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_name_stands_in_addresses_and_is_answered_to()
    {
        await using var a = new RemoteSystem("a");
        await using var b = new RemoteSystem("b", "akka.remote.dot-netty.tcp { hostname = \"127.0.0.1\", public-hostname = localhost }");
        Assert.Equal("localhost", b.Address.Host);
        var echo = b.Start((message, _, self) => message, "echo");

        Assert.Equal("hi", await a.RefTo(b, echo).Ask<string>("hi", RemoteSystem.Patience));
        a.Provider.ResolveActorRef($"{b.Address.WithHost("127.0.0.1")}/user/echo").Tell("by the bound name", ActorRefs.NoSender);
        b.Events.Wait<Warning>(warning => $"{warning.Message}".Contains("it was looking for akka.tcp://b@127.0.0.1", StringComparison.Ordinal));
    }

    private static string At(int port) => $"akka.remote.dot-netty.tcp {{ hostname = \"{Quiet}\", port = {port} }}";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Parse(Quiet), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<byte[]> Next(RawPeer peer, FrameType type)
    {
        while (await peer.ReadFrame() is { } frame)
        {
            if (frame[0] == (byte)type)
            {
                return frame;
            }
        }

        throw new InvalidOperationException($"The connection was closed before a frame of type {type} came.");
    }

    private sealed class Unusual(string message) : Exception(message);
}
