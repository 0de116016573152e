using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

public partial class ClusterEvent
{
    /// <summary>The cluster as one node sees it at one moment.</summary>
    public sealed class CurrentClusterState : INoSerializationVerificationNeeded
    {
        private readonly ImmutableDictionary<string, Address?> _roleLeaders;

        /// <summary>The state of a node that has not joined.</summary>
        public CurrentClusterState()
            : this(
                ImmutableSortedSet<Member>.Empty,
                ImmutableHashSet<Member>.Empty,
                ImmutableHashSet<Address>.Empty,
                leader: null,
                ImmutableDictionary<string, Address?>.Empty)
        {
        }

        /// <summary>Makes the state from its parts.</summary>
        public CurrentClusterState(
            ImmutableSortedSet<Member> members,
            ImmutableHashSet<Member> unreachable,
            ImmutableHashSet<Address> seenBy,
            Address? leader,
            ImmutableDictionary<string, Address?> roleLeaderMap)
        {
            Members = members;
            Unreachable = unreachable;
            SeenBy = seenBy;
            Leader = leader;
            _roleLeaders = roleLeaderMap;
        }

        /// <summary>All members, in the order of their addresses.</summary>
        public ImmutableSortedSet<Member> Members { get; }

        /// <summary>The members that some member does not hear from.</summary>
        public ImmutableHashSet<Member> Unreachable { get; }

        /// <summary>Who has seen the newest gossip.</summary>
        public ImmutableHashSet<Address> SeenBy { get; }

        /// <summary>The leader as this node sees it, or null.</summary>
        public Address? Leader { get; }

        /// <summary>All roles of all members.</summary>
        public ImmutableHashSet<string> AllRoles => _roleLeaders.Keys.ToImmutableHashSet(StringComparer.Ordinal);

        /// <summary>Whether the members run different versions of the application, as during a rolling update.</summary>
        public bool HasMoreThanOneAppVersion => Members.Select(m => m.AppVersion).Distinct().Skip(1).Any();

        /// <summary>The leader among the members with a role, or null.</summary>
        public Address? RoleLeader(string role) => _roleLeaders.GetValueOrDefault(role);

        /// <summary>The same state with some parts replaced.</summary>
        public CurrentClusterState Copy(
            ImmutableSortedSet<Member>? members = null,
            ImmutableHashSet<Member>? unreachable = null,
            ImmutableHashSet<Address>? seenBy = null,
            Address? leader = null,
            ImmutableDictionary<string, Address?>? roleLeaderMap = null) =>
            new(members ?? Members, unreachable ?? Unreachable, seenBy ?? SeenBy, leader ?? Leader, roleLeaderMap ?? _roleLeaders);

        /// <inheritdoc/>
        public override string ToString() =>
            $"CurrentClusterState(Leader={Leader}, Members=[{string.Join(", ", Members)}], Unreachable=[{string.Join(", ", Unreachable.Order())}])";
    }
}
