namespace Meditron.Actors.Cluster;

public partial class ClusterEvent
{
    /// <summary>A member's status has changed; there is one event for each status.</summary>
    public abstract class MemberStatusChange : IMemberEvent
    {
        /// <summary>The member after the change.</summary>
        protected readonly Member _member;

        /// <summary>Makes the event of a member that has reached a status.</summary>
        /// <exception cref="ArgumentException">The member does not have that status.</exception>
        protected MemberStatusChange(Member member, MemberStatus validStatus)
        {
            ArgumentNullException.ThrowIfNull(member);
            if (member.Status != validStatus)
            {
                throw new ArgumentException($"{GetType().Name} is the event of a member that is {validStatus}, but {member.Address} is {member.Status}.");
            }

            _member = member;
        }

        /// <inheritdoc/>
        public Member Member => _member;

        /// <inheritdoc/>
        public override bool Equals(object? obj) =>
            obj is MemberStatusChange other && other.GetType() == GetType() && _member.Equals(other._member);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(GetType(), _member);

        /// <inheritdoc/>
        public override string ToString() => $"{GetType().Name}(Member={_member})";
    }

    /// <summary>A node has joined; it is not yet Up.</summary>
    public sealed class MemberJoined : MemberStatusChange
    {
        /// <summary>Makes the event.</summary>
        public MemberJoined(Member member)
            : base(member, MemberStatus.Joining)
        {
        }
    }

    /// <summary>A member was admitted although some other member is unreachable.</summary>
    public sealed class MemberWeaklyUp : MemberStatusChange
    {
        /// <summary>Makes the event.</summary>
        public MemberWeaklyUp(Member member)
            : base(member, MemberStatus.WeaklyUp)
        {
        }
    }

    /// <summary>A member is a full member now.</summary>
    public sealed class MemberUp : MemberStatusChange
    {
        /// <summary>Makes the event.</summary>
        public MemberUp(Member member)
            : base(member, MemberStatus.Up)
        {
        }
    }

    /// <summary>A member was asked to leave.</summary>
    public sealed class MemberLeft : MemberStatusChange
    {
        /// <summary>Makes the event.</summary>
        public MemberLeft(Member member)
            : base(member, MemberStatus.Leaving)
        {
        }
    }

    /// <summary>A member is about to stop; all members know that it leaves.</summary>
    public sealed class MemberExited : MemberStatusChange
    {
        /// <summary>Makes the event.</summary>
        public MemberExited(Member member)
            : base(member, MemberStatus.Exiting)
        {
        }
    }

    /// <summary>A member was declared dead.</summary>
    public sealed class MemberDowned : MemberStatusChange
    {
        /// <summary>Makes the event.</summary>
        public MemberDowned(Member member)
            : base(member, MemberStatus.Down)
        {
        }
    }

    /// <summary>A member is gone from the cluster.</summary>
    public sealed class MemberRemoved : MemberStatusChange
    {
        /// <summary>Makes the event.</summary>
        public MemberRemoved(Member member, MemberStatus previousStatus)
            : base(member, MemberStatus.Removed) => PreviousStatus = previousStatus;

        /// <summary>Exiting after a graceful leave, Down after a downing.</summary>
        public MemberStatus PreviousStatus { get; }

        /// <inheritdoc/>
        public override bool Equals(object? obj) => base.Equals(obj) && PreviousStatus == ((MemberRemoved)obj!).PreviousStatus;

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), PreviousStatus);

        /// <inheritdoc/>
        public override string ToString() => $"MemberRemoved(Member={_member}, PreviousStatus={PreviousStatus})";
    }

    /// <summary>A member's reachability has changed.</summary>
    public abstract class ReachabilityEvent : IReachabilityEvent
    {
        /// <summary>Makes the event.</summary>
        protected ReachabilityEvent(Member member) => Member = member;

        /// <summary>The member in question.</summary>
        public Member Member { get; }

        /// <inheritdoc/>
        public override bool Equals(object? obj) =>
            obj is ReachabilityEvent other && other.GetType() == GetType() && Member.Equals(other.Member);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(GetType(), Member);

        /// <inheritdoc/>
        public override string ToString() => $"{GetType().Name}({Member})";
    }

    /// <summary>Some member that watches this one does not hear from it any more.</summary>
    public sealed class UnreachableMember : ReachabilityEvent
    {
        /// <summary>Makes the event.</summary>
        public UnreachableMember(Member member)
            : base(member)
        {
        }
    }

    /// <summary>All members that watch this one hear from it again.</summary>
    public sealed class ReachableMember : ReachabilityEvent
    {
        /// <summary>Makes the event.</summary>
        public ReachableMember(Member member)
            : base(member)
        {
        }
    }
}
