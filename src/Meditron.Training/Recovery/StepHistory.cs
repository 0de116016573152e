namespace Meditron.Training.Recovery;

/// <summary>What the newest steps came to, as far as later decisions may depend on it.</summary>
public sealed class StepHistory
{
    /// <summary>Steps that are remembered.</summary>
    public const int Length = 56;

    private readonly List<StepPosition> entries = [];

    /// <summary>The steps, oldest first.</summary>
    public IReadOnlyList<StepPosition> Entries => entries;

    /// <summary>Adds a step; what is remembered of it and of later ones is forgotten.</summary>
    public void Add(StepPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        KeepUpTo(position.Step - 1);
        entries.Add(position);
        if (entries.Count > Length)
        {
            entries.RemoveAt(0);
        }
    }

    /// <summary>Forgets later steps.</summary>
    public void KeepUpTo(int step) => entries.RemoveAll(entry => entry.Step > step);

    /// <summary>Forgets everything, and remembers this.</summary>
    public void Replace(IEnumerable<StepPosition> positions)
    {
        entries.Clear();
        entries.AddRange(positions.OrderBy(position => position.Step).TakeLast(Length));
    }
}
