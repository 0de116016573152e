namespace Meditron.Simulation.Jobs;

/// <summary>The connections between the ranks of a generation.</summary>
internal sealed class GenerationGroup(TrainingSite site, long generation, IReadOnlyList<GroupMember> members)
{
    private readonly Dictionary<(ExchangeKind Kind, int Step, int First), Exchange> _exchanges = [];
    private readonly SeededRandom _random = site.Wires.Random;

    public long Generation { get; } = generation;

    /// <summary>By rank.</summary>
    public IReadOnlyList<GroupMember> Members { get; } = members;

    /// <summary>A rank comes to a collective of some ranks.</summary>
    /// <param name="kind">What is exchanged.</param>
    /// <param name="step">The step.</param>
    /// <param name="ranks">Who takes part.</param>
    /// <param name="rank">Who comes.</param>
    /// <param name="contribution">What it brings.</param>
    /// <param name="done">Told, in its process, what all bring, in the order of the ranks.</param>
    /// <returns>The collective.</returns>
    public Exchange Enter(ExchangeKind kind, int step, IReadOnlyList<int> ranks, int rank, object contribution, Action<object[]> done)
    {
        var key = (kind, step, ranks[0]);
        if (!_exchanges.TryGetValue(key, out var exchange))
        {
            // Whoever comes to a step has seen all others at the end of the one before the last.
            foreach (var old in _exchanges.Keys.Where(old => old.Step < step - 1).ToList())
            {
                _exchanges.Remove(old);
            }

            _exchanges[key] = exchange = new Exchange(site.World, _random, ranks.Count == Members.Count ? Members : [.. ranks.Select(each => Members[each])]);
        }

        exchange.Enter(Members[rank], contribution, done);
        return exchange;
    }

    /// <summary>A member closes its connections, or its process has ended: the others find that out, or wait on.</summary>
    public void Leave(GroupMember member)
    {
        if (member.HasLeft)
        {
            return;
        }

        member.HasLeft = true;
        var rank = Rank(member);
        foreach (var exchange in _exchanges.Values.Where(exchange => exchange.Has(member)).ToList())
        {
            exchange.Gone(member);
        }

        if (!site.Plan.EndsBreakExchanges)
        {
            return;
        }

        foreach (var other in Members.Where(static other => !other.HasLeft))
        {
            site.World.At(_random.Milliseconds(5, 110), other.Process, () =>
            {
                if (!other.HasLeft)
                {
                    other.Broken?.Invoke($"the connection with rank {rank} is closed");
                }
            });
        }
    }

    private int Rank(GroupMember member) => Members.ToList().IndexOf(member);
}

/// <summary>What ranks exchange.</summary>
internal enum ExchangeKind
{
    /// <summary>They come together.</summary>
    Connect,

    /// <summary>The weights of a state that was loaded.</summary>
    Restore,

    /// <summary>Gradients.</summary>
    Reduce,

    /// <summary>What commits a step.</summary>
    Norm,

    /// <summary>The weights after an update.</summary>
    Gather,
}
