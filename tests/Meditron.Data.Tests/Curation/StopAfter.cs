using Meditron.Data.Curation.Pipeline;

namespace Meditron.Data.Tests.Curation;

/// <summary>Ends a run from inside, after a number of units have become durable.</summary>
internal sealed class StopAfter(int units) : ICurationObserver
{
    private int seen;

    public int Seen => seen;

    public List<string> Messages { get; } = [];

    public void UnitFinished(string phase, long unit, long inputBytes)
    {
        if (Interlocked.Increment(ref seen) >= units)
        {
            throw new StoppedException();
        }
    }

    public void Message(string text) => Messages.Add(text);
}

internal sealed class StoppedException : Exception;
