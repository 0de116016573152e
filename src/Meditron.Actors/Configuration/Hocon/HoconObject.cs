using System.Runtime.CompilerServices;

namespace Meditron.Actors.Configuration.Hocon;

/// <summary>A resolved object: keys and their values in the order in which they were first set.</summary>
public sealed class HoconObject
{
    internal HoconObject(Dictionary<string, HoconValue> items) => Items = items;

    /// <summary>The keys and values; not to be changed.</summary>
    public Dictionary<string, HoconValue> Items { get; }

    /// <summary>The value of a key, or null.</summary>
    public HoconValue? GetKey(string key) => Items.GetValueOrDefault(key);

    internal HoconObject MergeOver(HoconObject fallback)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new ConfigurationException("The configurations cannot be laid over each other: they are nested deeper than this thread's stack allows.");
        }

        var merged = new Dictionary<string, HoconValue>(Items);
        foreach (var (key, below) in fallback.Items)
        {
            if (!merged.TryGetValue(key, out var above))
            {
                merged[key] = below;
            }
            else if (above.IsObject() && below.IsObject())
            {
                merged[key] = HoconValue.FromObject(above.GetObject().MergeOver(below.GetObject()), above.Position);
            }
        }

        return new HoconObject(merged);
    }
}
