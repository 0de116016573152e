using System.Collections.Immutable;
using Meditron.Actors.Cluster.SBR;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>A network of members in which some links are broken, and what each of its parts comes to know and to do.</summary>
/// <remarks>
/// Members are numbers, which is also the order of their addresses. Gossip goes over every link that holds, so that each connected part agrees on
/// one state: each member says of every other one, to which its own link is broken, that it is unreachable.
/// </remarks>
internal sealed class Split
{
    private readonly Member[] _members;
    private readonly bool[,] _broken;
    private readonly Dictionary<int, Member[]> _views = [];
    private readonly Dictionary<int, SplitView> _seen = [];

    public Split(params Member[] members)
    {
        _members = members;
        _broken = new bool[members.Length, members.Length];
    }

    /// <summary>So many members, all Up; the lower the number the older.</summary>
    public static Split OfUp(int count) => new([.. Enumerable.Range(0, count).Select(i => At(i, MemberStatus.Up, i + 1))]);

    public int Count => _members.Length;

    /// <summary>Breaks the link between two members.</summary>
    public Split Break(int a, int b)
    {
        _broken[a, b] = _broken[b, a] = true;
        _seen.Clear();
        return this;
    }

    /// <summary>Breaks all links between members of different groups; who is in no group has crashed.</summary>
    public Split Into(params int[][] groups)
    {
        for (var a = 0; a < Count; a++)
        {
            for (var b = a + 1; b < Count; b++)
            {
                if (!Array.Exists(groups, g => g.Contains(a) && g.Contains(b)))
                {
                    Break(a, b);
                }
            }
        }

        return this;
    }

    /// <summary>What the part with this member knows of the members, where that is not what all know.</summary>
    public Split KnownTo(int member, params Member[] members)
    {
        _seen.Clear();
        foreach (var other in PartOf(member))
        {
            _views[other] = members;
        }

        return this;
    }

    /// <summary>The connected parts, each in ascending order.</summary>
    public IEnumerable<int[]> Parts()
    {
        var seen = new HashSet<int>();
        for (var i = 0; i < Count; i++)
        {
            if (!seen.Contains(i))
            {
                var part = PartOf(i);
                seen.UnionWith(part);
                yield return part;
            }
        }
    }

    /// <summary>What a member knows once its part has agreed.</summary>
    public SplitView SeenFrom(int self) => _seen.TryGetValue(self, out var seen) ? seen : _seen[self] = SplitView.Of(StateOn(self));

    /// <summary>The membership as a member has it once its part has agreed.</summary>
    public MembershipState StateOn(int self)
    {
        var part = PartOf(self);
        var gossip = Of(_views.GetValueOrDefault(self, _members));
        var table = Reachability.Empty;
        foreach (var observer in part)
        {
            for (var subject = 0; subject < Count; subject++)
            {
                if (_broken[observer, subject])
                {
                    table = table.Unreachable(Node(observer), Node(subject));
                }
            }
        }

        gossip = gossip.WithReachability(table);
        return new MembershipState(part.Aggregate(gossip, (g, i) => g.MarkSeen(Node(i))), Node(self));
    }

    /// <summary>Whom those who are responsible in a member's part declare dead, all together.</summary>
    public int[] DownedBy(IDowningStrategy strategy, int member, Func<SplitView, Decision, Decision>? decided = null) =>
    [
        .. PartOf(member)
            .Select(SeenFrom)
            .Where(view => view.IsResponsible)
            .Select(view => view.WithoutCutOff())
            .SelectMany(view => DowningPlan.For(strategy, view, (decided ?? Keep)(view, strategy.Decide(view))).Nodes)
            .Distinct()
            .Select(node => node.Uid - 1)
            .Order(),
    ];

    /// <summary>The parts of which some admitted members go on, with those who do.</summary>
    public int[][] Survivors(IDowningStrategy strategy, Func<SplitView, Decision, Decision>? decided = null) =>
    [
        .. Parts()
            .Select(part =>
            {
                var downed = DownedBy(strategy, part[0], decided);
                var known = _views.GetValueOrDefault(part[0], _members);
                return part.Where(i => !downed.Contains(i) && known[i].Status is MemberStatus.Up or MemberStatus.Leaving && !downed.Contains(i)).ToArray();
            })
            .Where(rest => rest.Length > 0),
    ];

    public override string ToString() =>
        $"members [{string.Join(", ", _members.Select((m, i) => $"{i} {m.Status} age {m.UpNumber} [{string.Join(",", m.RolesInOrder)}]"))}], parts [{string.Join(" | ", Parts().Select(p => string.Join(",", p)))}], broken [{string.Join(", ", Broken())}], other views [{string.Join(", ", _views.Select(v => $"{v.Key}: {string.Join(",", v.Value.Select(m => m.Status))}"))}]";

    private static Decision Keep(SplitView view, Decision decision) => decision;

    private IEnumerable<string> Broken() =>
        from a in Enumerable.Range(0, Count)
        from b in Enumerable.Range(a, Count - a)
        where _broken[a, b]
        select $"{a}-{b}";

    private int[] PartOf(int member)
    {
        var part = new SortedSet<int> { member };
        var open = new Queue<int>([member]);
        while (open.TryDequeue(out var at))
        {
            for (var next = 0; next < Count; next++)
            {
                if (!_broken[at, next] && part.Add(next))
                {
                    open.Enqueue(next);
                }
            }
        }

        return [.. part];
    }
}
