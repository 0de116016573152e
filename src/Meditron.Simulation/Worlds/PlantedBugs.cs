namespace Meditron.Simulation.Worlds;

/// <summary>The mistakes that are made on purpose in a world, to show that what must hold is really looked at.</summary>
internal sealed class PlantedBugs
{
    private readonly PlantedBug[] _bugs;

    public PlantedBugs(params PlantedBug[] bugs) => _bugs = bugs;

    /// <summary>None.</summary>
    public static PlantedBugs None { get; } = new();

    /// <summary>The names of all there are.</summary>
    public static IReadOnlyList<string> Names => Enum.GetNames<PlantedBug>();

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _bugs.Length == 0;

    /// <summary>Those of these names.</summary>
    /// <exception cref="ArgumentException">There is no such bug: names those that there are.</exception>
    public static PlantedBugs Parse(IEnumerable<string> names) => new([.. names.Select(static name => Enum.TryParse<PlantedBug>(name, ignoreCase: true, out var bug) && Enum.IsDefined(bug)
        ? bug
        : throw new ArgumentException($"There is no planted bug '{name}'; there are {string.Join(", ", Names)}.", nameof(names)))]);

    /// <summary>Whether a mistake is made.</summary>
    public bool Contains(PlantedBug bug) => _bugs.Length > 0 && _bugs.Contains(bug);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _bugs);
}
