using System.Collections.Immutable;
using Meditron.Actors.Cluster.SBR;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>All partitions, memberships and strategies of a small size.</summary>
internal static class Enumerations
{
    /// <summary>All ways to part the numbers below <paramref name="count"/> into groups.</summary>
    public static IEnumerable<int[][]> Partitions(int count)
    {
        if (count == 0)
        {
            yield return [];
            yield break;
        }

        foreach (var smaller in Partitions(count - 1))
        {
            for (var i = 0; i < smaller.Length; i++)
            {
                yield return [.. smaller.Select((group, at) => at == i ? [.. group, count - 1] : group)];
            }

            yield return [.. smaller, [count - 1]];
        }
    }

    /// <summary>All members' statuses, for so many members; those that were ever Up have ages in an order that <paramref name="oldest"/> begins.</summary>
    public static IEnumerable<Member[]> Memberships(int count, int oldest, params MemberStatus[] statuses)
    {
        var total = (int)Math.Pow(statuses.Length, count);
        for (var code = 0; code < total; code++)
        {
            var rest = code;
            var members = new Member[count];
            for (var i = 0; i < count; i++)
            {
                var status = statuses[rest % statuses.Length];
                rest /= statuses.Length;
                members[i] = At(i, status, status is MemberStatus.Joining or MemberStatus.WeaklyUp ? Member.NeverUp : Age(i));
            }

            yield return members;
        }

        int Age(int i) => ((i - oldest + count) % count) + 1;
    }

    /// <summary>The membership after its leader has admitted those who join and let go those who leave.</summary>
    public static Member[] AfterLeading(Member[] members)
    {
        var age = members.Where(m => m.UpNumber != Member.NeverUp).Select(m => m.UpNumber).DefaultIfEmpty(0).Max();
        return
        [
            .. members.Select(m => m.Status switch
            {
                MemberStatus.Joining or MemberStatus.WeaklyUp => m.CopyUp(++age),
                MemberStatus.Leaving => m.Copy(MemberStatus.Exiting),
                _ => m,
            }),
        ];
    }

    /// <summary>Who leads while nobody is unreachable.</summary>
    public static int Leader(Member[] members) =>
        new MembershipState(Of(members), Node(0)).Leader is { } leader ? leader.Uid - 1 : -1;

    /// <summary>Every strategy without a lease, for a cluster of so many members.</summary>
    public static IEnumerable<(string Name, IDowningStrategy Strategy)> Strategies(int count, string role = "")
    {
        yield return ("keep-majority", new KeepMajority(role));
        yield return ("keep-oldest", new KeepOldest(true, role));
        yield return ("keep-oldest without down-if-alone", new KeepOldest(false, role));
        for (var quorum = 1; quorum <= count; quorum++)
        {
            yield return ($"static-quorum {quorum}", new StaticQuorum(quorum, role));
        }

        yield return ("down-all", new DownAllNodes());
        yield return ("keep-referee", new KeepReferee(Node(count / 2).Address, 1));
    }

    /// <summary>Gives some of the members a role.</summary>
    public static Member[] WithRole(Member[] members, int mask, string role) =>
    [
        .. members.Select((m, i) => (mask & (1 << i)) == 0
            ? m
            : Member.Create(m.UniqueAddress, m.UpNumber, m.Status, ImmutableHashSet.Create(role), m.AppVersion)),
    ];
}
