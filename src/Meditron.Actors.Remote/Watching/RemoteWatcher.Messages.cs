using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote;

/// <content>The messages of the remote watcher.</content>
internal partial class RemoteWatcher
{
    /// <summary>A local actor wants to watch a remote one, or does not any more.</summary>
    public abstract class WatchCommand(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        public IInternalActorRef Watchee { get; } = watchee;

        public IInternalActorRef Watcher { get; } = watcher;
    }

    /// <summary>Watches.</summary>
    public sealed class WatchRemote(IInternalActorRef watchee, IInternalActorRef watcher) : WatchCommand(watchee, watcher);

    /// <summary>Ends watching.</summary>
    public sealed class UnwatchRemote(IInternalActorRef watchee, IInternalActorRef watcher) : WatchCommand(watchee, watcher);

    /// <summary>Asks another system's remote watcher for a sign of life.</summary>
    public sealed class Heartbeat
    {
        private Heartbeat()
        {
        }

        public static Heartbeat Instance { get; } = new();
    }

    /// <summary>The sign of life, with the incarnation.</summary>
    public class HeartbeatRsp(int addressUid)
    {
        public int AddressUid { get; } = addressUid;
    }

    /// <summary>It is time for heartbeats.</summary>
    public class HeartbeatTick
    {
        private HeartbeatTick()
        {
        }

        public static HeartbeatTick Instance { get; } = new();
    }

    /// <summary>It is time to judge the watched systems.</summary>
    public class ReapUnreachableTick
    {
        private ReapUnreachableTick()
        {
        }

        public static ReapUnreachableTick Instance { get; } = new();
    }

    /// <summary>The first answer of a system should have come by now.</summary>
    public sealed class ExpectedFirstHeartbeat(Address from)
    {
        public Address From { get; } = from;
    }

    /// <summary>How much is watched; asked for with <see cref="Empty"/>.</summary>
    public sealed class Stats(
        int watching,
        int watchingNodes,
        ImmutableHashSet<(IActorRef Watchee, IActorRef Watcher)> watchingRefs,
        ImmutableHashSet<Address> watchingAddresses)
    {
        public static readonly Stats Empty = Counts(0, 0);

        public int Watching { get; } = watching;

        public int WatchingNodes { get; } = watchingNodes;

        public ImmutableHashSet<(IActorRef Watchee, IActorRef Watcher)> WatchingRefs { get; } = watchingRefs;

        public ImmutableHashSet<Address> WatchingAddresses { get; } = watchingAddresses;

        public static Stats Counts(int watching, int watchingNodes) => new(watching, watchingNodes, [], []);

        public override bool Equals(object? obj) => obj is Stats other && other.Watching == Watching && other.WatchingNodes == WatchingNodes;

        public override int GetHashCode() => HashCode.Combine(Watching, WatchingNodes);

        public override string ToString() => $"Stats(watching: {Watching}, nodes: {WatchingNodes})";
    }
}
