using Meditron.Training.Distributed;

namespace Meditron.Simulation.Worlds;

/// <summary>The mistakes that are made on purpose in a world, to show that what must hold is really looked at.</summary>
internal sealed class PlantedBugs
{
    private readonly PlantedBug[] _bugs;
    private readonly PlantedMistake[] _mistakes;

    private PlantedBugs(PlantedBug[] bugs, PlantedMistake[] mistakes)
    {
        _bugs = bugs;
        _mistakes = mistakes;
    }

    /// <summary>None.</summary>
    public static PlantedBugs None { get; } = new([], []);

    /// <summary>The names of all there are: those of the engine, then those of the trainer.</summary>
    public static IReadOnlyList<string> Names => [.. Enum.GetNames<PlantedBug>(), .. Enum.GetNames<PlantedMistake>()];

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _bugs.Length + _mistakes.Length == 0;

    /// <summary>Those of these names.</summary>
    /// <exception cref="ArgumentException">There is no such bug: names those that there are.</exception>
    public static PlantedBugs Parse(IEnumerable<string> names)
    {
        var (bugs, mistakes) = (new List<PlantedBug>(), new List<PlantedMistake>());
        foreach (var name in names)
        {
            if (Enum.TryParse<PlantedBug>(name, ignoreCase: true, out var bug) && Enum.IsDefined(bug))
            {
                bugs.Add(bug);
            }
            else if (Enum.TryParse<PlantedMistake>(name, ignoreCase: true, out var mistake) && Enum.IsDefined(mistake))
            {
                mistakes.Add(mistake);
            }
            else
            {
                throw new ArgumentException($"There is no planted bug '{name}'; there are {string.Join(", ", Names)}.", nameof(names));
            }
        }

        return new PlantedBugs([.. bugs], [.. mistakes]);
    }

    /// <summary>Whether a mistake of the engine's is made.</summary>
    public bool Contains(PlantedBug bug) => _bugs.Length > 0 && _bugs.Contains(bug);

    /// <summary>Whether a mistake of the trainer's is made.</summary>
    public bool Contains(PlantedMistake mistake) => _mistakes.Length > 0 && _mistakes.Contains(mistake);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _bugs.Select(static bug => bug.ToString()).Concat(_mistakes.Select(static mistake => mistake.ToString())));
}
