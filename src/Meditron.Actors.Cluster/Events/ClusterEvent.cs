using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster;

/// <summary>The events of the cluster that actors can subscribe to.</summary>
public partial class ClusterEvent
{
    /// <summary>What a subscriber gets first.</summary>
    public enum SubscriptionInitialStateMode
    {
        /// <summary>One <see cref="CurrentClusterState"/>.</summary>
        InitialStateAsSnapshot = 0,

        /// <summary>The events that would have led to the present state.</summary>
        InitialStateAsEvents = 1,
    }

    /// <summary>A subscriber first gets one <see cref="CurrentClusterState"/>.</summary>
    public static readonly SubscriptionInitialStateMode InitialStateAsSnapshot = SubscriptionInitialStateMode.InitialStateAsSnapshot;

    /// <summary>A subscriber first gets the events that would have led to the present state.</summary>
    public static readonly SubscriptionInitialStateMode InitialStateAsEvents = SubscriptionInitialStateMode.InitialStateAsEvents;

    /// <summary>Any event of the cluster.</summary>
    public interface IClusterDomainEvent : IDeadLetterSuppression;

    /// <summary>A change of a member's status.</summary>
    public interface IMemberEvent : IClusterDomainEvent
    {
        /// <summary>The member after the change.</summary>
        Member Member { get; }
    }

    /// <summary>A change of a member's reachability.</summary>
    public interface IReachabilityEvent : IClusterDomainEvent;

    /// <summary>The leader, as this node sees it, is another one; null when there is none.</summary>
    public sealed class LeaderChanged : IClusterDomainEvent
    {
        /// <summary>Makes the event.</summary>
        public LeaderChanged(Actor.Address? leader) => Leader = leader;

        /// <summary>The new leader's address, or null.</summary>
        public Actor.Address? Leader { get; }

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is LeaderChanged other && Equals(Leader, other.Leader);

        /// <inheritdoc/>
        public override int GetHashCode() => Leader?.GetHashCode() ?? 0;

        /// <inheritdoc/>
        public override string ToString() => $"LeaderChanged(NewLeader={Leader})";
    }

    /// <summary>The leader among the members with a role, as this node sees it, is another one; null when there is none.</summary>
    public sealed class RoleLeaderChanged : IClusterDomainEvent
    {
        /// <summary>Makes the event.</summary>
        public RoleLeaderChanged(string role, Actor.Address? leader)
        {
            Role = role;
            Leader = leader;
        }

        /// <summary>The role.</summary>
        public string Role { get; }

        /// <summary>The new leader's address, or null.</summary>
        public Actor.Address? Leader { get; }

        /// <inheritdoc/>
        public override bool Equals(object? obj) =>
            obj is RoleLeaderChanged other && string.Equals(Role, other.Role, StringComparison.Ordinal) && Equals(Leader, other.Leader);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Role, Leader);

        /// <inheritdoc/>
        public override string ToString() => $"RoleLeaderChanged(Leader={Leader}, Role={Role})";
    }

    /// <summary>This node's part of the cluster is shutting down; no event follows but the removals.</summary>
    public sealed class ClusterShuttingDown : IClusterDomainEvent
    {
        private ClusterShuttingDown()
        {
        }

        /// <summary>The one instance.</summary>
        public static readonly IClusterDomainEvent Instance = new ClusterShuttingDown();

        /// <inheritdoc/>
        public override string ToString() => "ClusterShuttingDown";
    }
}
