using System.Globalization;

namespace Meditron.Simulation.Checks;

/// <summary>What persistent actors have acknowledged is there in every later recovery, in order and once.</summary>
internal sealed class JournalCheck(World world)
{
    private const string NothingLost = "no acknowledged event is lost";
    private const string InOrder = "events are recovered in order and once";

    private readonly Dictionary<string, SortedDictionary<long, Acknowledged>> _acknowledged = new(StringComparer.Ordinal);

    /// <summary>The number of acknowledged events.</summary>
    public int Count => _acknowledged.Values.Sum(static events => events.Count);

    /// <summary>An actor has said that an event is stored.</summary>
    public void Acknowledge(string node, string persistenceId, Entry entry)
    {
        var events = Of(persistenceId);
        if (events.TryGetValue(entry.Number, out var before) && before.Entry != entry)
        {
            world.Violate(NothingLost, $"{persistenceId} on {node} acknowledges {entry}, but {before.Entry} was acknowledged at {before.At.TotalSeconds:F3} s");
        }

        events[entry.Number] = new Acknowledged(entry, world.Now);
        world.Note(node, $"{persistenceId} has stored {entry}");
    }

    /// <summary>An actor has recovered.</summary>
    /// <param name="node">Where it runs.</param>
    /// <param name="persistenceId">Who it is.</param>
    /// <param name="startedAt">When it began to recover; what was acknowledged later need not be there.</param>
    /// <param name="recovered">All events it knows of now, in the order in which it came to know them.</param>
    public void Recovered(string node, string persistenceId, TimeSpan startedAt, IReadOnlyList<Entry> recovered)
    {
        world.Note(node, $"{persistenceId} has recovered {recovered.Count} events");
        var texts = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < recovered.Count; i++)
        {
            if (recovered[i].Number != i + 1)
            {
                world.Violate(InOrder, $"{persistenceId} on {node} recovers {recovered[i]} as its event {i + 1}");
                return;
            }

            if (!texts.Add(recovered[i].Text))
            {
                world.Violate(InOrder, $"{persistenceId} on {node} recovers {recovered[i].Text} twice, the second time as {recovered[i]}");
                return;
            }
        }

        foreach (var (number, acknowledged) in Of(persistenceId))
        {
            if (acknowledged.At <= startedAt && (number > recovered.Count || recovered[(int)number - 1] != acknowledged.Entry))
            {
                var found = number > recovered.Count ? $"only {recovered.Count} events" : recovered[(int)number - 1].ToString();
                world.Violate(NothingLost, $"{persistenceId} on {node} recovers {found} in place of {acknowledged.Entry}, acknowledged at {acknowledged.At.TotalSeconds:F3} s");
                return;
            }
        }
    }

    private SortedDictionary<long, Acknowledged> Of(string persistenceId)
    {
        if (!_acknowledged.TryGetValue(persistenceId, out var events))
        {
            _acknowledged[persistenceId] = events = [];
        }

        return events;
    }

    /// <summary>An event with its sequence number.</summary>
    internal readonly record struct Entry(long Number, string Text)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Text} (number {Number})");
    }

    private readonly record struct Acknowledged(Entry Entry, TimeSpan At);
}
