using System.Collections.Immutable;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Which members may have the singleton, as far as one node knows, and so whether it may run on this node. Immutable; time is given.</summary>
/// <remarks>
/// The rule that there are never two: a node starts the singleton only if no present member goes before it, and each member that did is cleared. A member is cleared
/// when it said itself that it has no singleton and will start none, when it has been gone from the membership for the removal margin, or when it is gone and its process
/// is known to have ended, as another incarnation has joined at its address or its connection told so. All of them are asked, not only the one before: each speaks for itself alone.
/// </remarks>
internal sealed class Succession
{
    // Members are equal whatever their status, and so are claims: the dictionary must be told that a changed one is another value.
    private static readonly ImmutableSortedDictionary<UniqueAddress, Claim> NoClaims =
        ImmutableSortedDictionary.Create<UniqueAddress, Claim>(Comparer<UniqueAddress>.Default, ReferenceEqualityComparer.Instance);

    private readonly UniqueAddress _self;
    private readonly MemberPrecedence _precedence;
    private readonly TimeSpan _margin;
    private readonly ImmutableSortedDictionary<UniqueAddress, Claim> _claims;
    private readonly Member? _me;
    private readonly Member? _next;
    private readonly bool _joined;

    public Succession(UniqueAddress self, MemberPrecedence precedence, TimeSpan removalMargin)
        : this(self, precedence, removalMargin, NoClaims, me: null, next: null, joined: false)
    {
    }

    private Succession(
        UniqueAddress self,
        MemberPrecedence precedence,
        TimeSpan margin,
        ImmutableSortedDictionary<UniqueAddress, Claim> claims,
        Member? me,
        Member? next,
        bool joined)
    {
        _self = self;
        _precedence = precedence;
        _margin = margin;
        _claims = claims;
        _me = me;
        _next = next;
        _joined = joined;
    }

    /// <summary>What is known of a member that may have the singleton.</summary>
    /// <param name="Member">The member as it was seen last.</param>
    /// <param name="GoneAt">Since when it is no member any more, or null.</param>
    /// <param name="Cleared">Whether it said that it has no singleton and will start none.</param>
    /// <param name="Ended">Whether its process is known to have ended.</param>
    private sealed record Claim(Member Member, TimeSpan? GoneAt = null, bool Cleared = false, bool Ended = false)
    {
        public bool IsPresent => GoneAt is null && MemberPrecedence.IsPresent(Member);
    }

    /// <summary>Takes in the members as they are now.</summary>
    /// <param name="members">All members.</param>
    /// <param name="removed">
    /// Members removed in the past; those from before this node joined count as gone since then only, as it cannot know for how long they are.
    /// </param>
    /// <param name="now">The time on this node's clock.</param>
    public Succession Observe(IReadOnlyCollection<Member> members, IEnumerable<UniqueAddress> removed, TimeSpan now)
    {
        var me = members.FirstOrDefault(m => m.UniqueAddress.Equals(_self));
        if (me is null)
        {
            return _joined ? With(_claims, me: null, next: null) : this;
        }

        var claims = _claims.ToBuilder();
        foreach (var node in _joined ? [] : removed.Where(n => !n.Equals(_self)))
        {
            claims[node] = new Claim(Member.Removed(node), now);
        }

        var others = members.Where(m => _precedence.Counts(m) && !m.UniqueAddress.Equals(_self)).ToList();
        foreach (var member in others)
        {
            var known = claims.GetValueOrDefault(member.UniqueAddress);
            if (MayHaveIt(member, me, known))
            {
                claims[member.UniqueAddress] = known is null ? new Claim(member) : known with { Member = member };
            }
            else
            {
                claims.Remove(member.UniqueAddress);
            }
        }

        BuryTheDead(claims, members, now);
        return With(claims.ToImmutable(), me, _precedence.First(others));
    }

    /// <summary>Takes in that a member said that it has no singleton and will start none.</summary>
    public Succession Clear(UniqueAddress node)
    {
        if (!_claims.TryGetValue(node, out var claim) || claim.Cleared)
        {
            return this;
        }

        return With(claim.GoneAt is null ? _claims.SetItem(node, claim with { Cleared = true }) : _claims.Remove(node), _me, _next);
    }

    /// <summary>Takes in that a member's process has ended: once it is removed, there is no margin to wait for.</summary>
    public Succession Bury(UniqueAddress node)
    {
        if (!_claims.TryGetValue(node, out var claim) || claim.Ended)
        {
            return this;
        }

        return With(claim.GoneAt is null ? _claims.SetItem(node, claim with { Ended = true }) : _claims.Remove(node), _me, _next);
    }

    /// <summary>Whether this node may tell another one that it will start no singleton as long as that one is there.</summary>
    public bool GoesBefore(UniqueAddress other) =>
        _me is not null && _claims.TryGetValue(other, out var claim) && claim.IsPresent && _precedence.Compare(claim.Member, _me) < 0;

    /// <summary>Where this node stands.</summary>
    /// <param name="departing">Whether it is known to leave, whatever the membership says yet.</param>
    public Standing Decide(bool departing)
    {
        var next = _next?.UniqueAddress;
        if (_me is null)
        {
            return _joined
                ? new Standing(StandingKind.Gone, "this node is no member any more")
                : new Standing(StandingKind.Outside, "this node is no member yet");
        }

        if (_me.Status == MemberStatus.Down)
        {
            return new Standing(StandingKind.Downed, "this node was declared dead") { Other = next };
        }

        if (departing || _me.Status == MemberStatus.Exiting)
        {
            return new Standing(StandingKind.Departing, "this node leaves") { Other = next };
        }

        if (!_precedence.Counts(_me))
        {
            return new Standing(StandingKind.Outside, "this node has not been Up yet") { Other = next };
        }

        var ahead = _claims.Values.Where(c => c.IsPresent && !c.Cleared && _precedence.Compare(c.Member, _me) < 0).Select(c => c.Member).Order(_precedence).FirstOrDefault();
        return ahead is not null
            ? new Standing(StandingKind.After, $"{ahead.Address} goes before it") { Other = ahead.UniqueAddress }
            : Inherit();
    }

    private Standing Inherit()
    {
        var open = _claims.Values.Where(c => !c.Cleared).ToList();
        if (open.Count == 0)
        {
            return new Standing(StandingKind.First, "nobody else has the singleton");
        }

        var reasons = open.Select(c => c.GoneAt is null ? $"{c.Member.Address} ({c.Member.Status}) may have it" : $"{c.Member.Address} may have it for {_margin} after its removal");
        return new Standing(StandingKind.Next, string.Join(", ", reasons))
        {
            Ask = open.Where(c => c.GoneAt is null).Select(c => c.Member.UniqueAddress).ToImmutableList(),
            MustAnswer = open.Find(c => c.GoneAt is null && c.Member.Status != MemberStatus.Down)?.Member.UniqueAddress,
            NextDeath = open.Where(c => c.GoneAt is not null).Min(c => c.GoneAt + _margin),
        };
    }

    // Before this node is Up everybody goes before it. One with a newer application becomes Up before others, any of which may have the singleton then.
    private bool MayHaveIt(Member member, Member me, Claim? known)
    {
        if (!_precedence.Counts(me) || _precedence.Compare(member, me) < 0)
        {
            return true;
        }

        var wasUp = _me is not null && _precedence.Counts(_me);
        return wasUp ? known is not null : _precedence.VersionsCount;
    }

    private void BuryTheDead(ImmutableSortedDictionary<UniqueAddress, Claim>.Builder claims, IReadOnlyCollection<Member> members, TimeSpan now)
    {
        var nodes = members.Select(m => m.UniqueAddress).ToHashSet();
        var addresses = members.Select(m => m.Address).ToHashSet();
        foreach (var (node, claim) in claims.Where(c => !nodes.Contains(c.Key)).ToList())
        {
            var goneAt = claim.GoneAt ?? now;
            if (claim.Cleared || claim.Ended || now - goneAt >= _margin || addresses.Contains(node.Address))
            {
                claims.Remove(node);
            }
            else
            {
                claims[node] = claim with { GoneAt = goneAt };
            }
        }
    }

    private Succession With(ImmutableSortedDictionary<UniqueAddress, Claim> claims, Member? me, Member? next) =>
        new(_self, _precedence, _margin, claims, me, next, joined: true);
}
