using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>The comparisons behind the orders of members: by address, by age, and as candidates for leader.</summary>
internal static class MemberOrderings
{
    public static int CompareAddresses(Address? a, Address? b)
    {
        if (ReferenceEquals(a, b))
        {
            return 0;
        }

        if (a is null || b is null)
        {
            return a is null ? -1 : 1;
        }

        var result = string.CompareOrdinal(a.Host ?? "", b.Host ?? "");
        if (result == 0)
        {
            result = (a.Port ?? 0).CompareTo(b.Port ?? 0);
        }

        // Members of one cluster share these two; they keep the order total for anything else.
        if (result == 0)
        {
            result = string.CompareOrdinal(a.System, b.System);
        }

        return result != 0 ? result : string.CompareOrdinal(a.Protocol, b.Protocol);
    }

    public static int CompareAges(Member? a, Member? b)
    {
        if (ReferenceEquals(a, b))
        {
            return 0;
        }

        if (a is null || b is null)
        {
            return a is null ? -1 : 1;
        }

        var byAge = a.UpNumber.CompareTo(b.UpNumber);
        return byAge != 0 ? byAge : a.UniqueAddress.CompareTo(b.UniqueAddress);
    }

    public static int CompareAsLeader(Member? a, Member? b)
    {
        if (a is null || b is null || a.Status == b.Status)
        {
            return Comparer<Member>.Default.Compare(a, b);
        }

        var byStatus = LeaderRank(a.Status).CompareTo(LeaderRank(b.Status));
        return byStatus != 0 ? byStatus : a.CompareTo(b);
    }

    private static int LeaderRank(MemberStatus status) => status switch
    {
        MemberStatus.WeaklyUp => 1,
        MemberStatus.Joining => 2,
        MemberStatus.Exiting => 3,
        MemberStatus.Down => 4,
        MemberStatus.Removed => 5,
        _ => 0,
    };
}
