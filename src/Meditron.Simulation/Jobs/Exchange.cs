namespace Meditron.Simulation.Jobs;

/// <summary>
/// One collective: whoever has the contributions of all members goes on, each at its own time. A contribution may reach some members and not others, where its
/// sender ends while it is on the way or the network is cut.
/// </summary>
internal sealed class Exchange(World world, SeededRandom random, IReadOnlyList<GroupMember> members)
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    private readonly object?[] _sent = new object?[members.Count];
    private readonly ulong[] _arrived = new ulong[members.Count];
    private readonly Action<object[]>?[] _waiting = new Action<object[]>?[members.Count];
    private ulong _flying;

    /// <summary>Whether somebody takes part.</summary>
    public bool Has(GroupMember member) => members.Contains(member);

    /// <summary>A member comes with its contribution and waits for those of the others.</summary>
    public void Enter(GroupMember member, object contribution, Action<object[]> done)
    {
        var index = IndexOf(member);
        _sent[index] = contribution;
        _waiting[index] = done;
        _arrived[index] |= 1UL << index;
        Complete(index);
        if (members.Count > 1)
        {
            _flying |= 1UL << index;
            world.At(random.Milliseconds(0.1, 3), null, () => Land(index));
        }
    }

    /// <summary>A member waits no longer.</summary>
    public void Forget(GroupMember member) => _waiting[IndexOf(member)] = null;

    /// <summary>A member is gone: of what it had on the way anything may have arrived.</summary>
    public void Gone(GroupMember member)
    {
        var index = IndexOf(member);
        _waiting[index] = null;
        if ((_flying & 1UL << index) == 0)
        {
            return;
        }

        _flying &= ~(1UL << index);
        for (var to = 0; to < members.Count; to++)
        {
            if (random.Chance(0.5))
            {
                Arrive(index, to);
            }
        }
    }

    private void Land(int from)
    {
        if ((_flying & 1UL << from) == 0)
        {
            return;
        }

        var all = true;
        for (var to = 0; to < members.Count; to++)
        {
            if (world.Network.AreConnected(members[from].Process.Host, members[to].Process.Host))
            {
                Arrive(from, to);
            }
            else
            {
                all &= members[to].HasLeft;
            }
        }

        if (all)
        {
            _flying &= ~(1UL << from);
        }
        else
        {
            world.At(Again, null, () => Land(from));
        }
    }

    private void Arrive(int from, int to)
    {
        _arrived[to] |= 1UL << from;
        Complete(to);
    }

    private void Complete(int index)
    {
        if (_waiting[index] is { } done && _arrived[index] == ulong.MaxValue >> (64 - members.Count))
        {
            _waiting[index] = null;
            var all = Array.ConvertAll(_sent, static contribution => contribution!);
            world.Post(members[index].Process, () => done(all));
        }
    }

    private int IndexOf(GroupMember member)
    {
        for (var index = 0; index < members.Count; index++)
        {
            if (members[index] == member)
            {
                return index;
            }
        }

        throw new ArgumentException("It is no member.", nameof(member));
    }
}
