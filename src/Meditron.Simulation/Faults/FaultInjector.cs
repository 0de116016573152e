namespace Meditron.Simulation.Faults;

/// <summary>Lets faults of a mix happen at seeded times, and ends them all when their time is over.</summary>
internal sealed class FaultInjector
{
    private readonly Fleet _fleet;
    private readonly FaultMix _mix;
    private readonly SeededRandom _random;
    private readonly double _paceMilliseconds;
    private readonly int _atOnce;
    private readonly List<FaultEffect> _present = [];
    private bool _ended;

    public FaultInjector(Fleet fleet, FaultMix mix)
    {
        _fleet = fleet;
        _mix = mix;
        _random = fleet.World.Random("faults");

        // Some worlds have a fault now and then, others several at the same time.
        _paceMilliseconds = _random.Pick([1_500.0, 5_000.0, 15_000.0]);
        _atOnce = _random.Pick([1, 2, 4]);
    }

    private World World => _fleet.World;

    /// <summary>Begins.</summary>
    public void Start() => World.At(Pause(), null, Next);

    /// <summary>Ends all faults, and lets no more happen.</summary>
    public void End()
    {
        _ended = true;
        foreach (var effect in _present.ToArray())
        {
            Undo(effect);
        }

        World.Network.RepairAll();
        World.Note("world", "all faults have ended");
    }

    private void Next()
    {
        if (_ended)
        {
            return;
        }

        if (_present.Count < _atOnce && _mix.Pick(_random).Happen(_fleet, _random) is { } effect)
        {
            World.Note("fault", $"{effect.Text}{(effect.End is null ? "" : $", for {effect.Lasts.TotalSeconds:F3} s")}");
            if (effect.End is not null)
            {
                _present.Add(effect);
                World.At(effect.Lasts, null, () => Undo(effect));
            }
        }

        World.At(Pause(), null, Next);
    }

    private void Undo(FaultEffect effect)
    {
        if (_present.Remove(effect))
        {
            World.Note("fault", $"over: {effect.Text}");
            effect.End!();
        }
    }

    private TimeSpan Pause() => _random.Milliseconds(50, 2 * _paceMilliseconds);
}
