using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Routing;

/// <summary>Decides how many routees a pool should have.</summary>
public abstract class Resizer
{
    /// <summary>Creates the resizer.</summary>
    protected Resizer()
    {
    }

    /// <summary>The resizer of a deployment; null where <c>resizer.enabled</c> is off.</summary>
    public static Resizer FromConfig(Config parentConfig)
    {
        ArgumentNullException.ThrowIfNull(parentConfig);
        Config? config = parentConfig.GetConfig("resizer");
        return config is not null && config.GetBoolean("enabled") ? DefaultResizer.FromConfig(config) : null!;
    }

    /// <summary>Whether to ask for a size, before the message of this number is routed.</summary>
    public abstract bool IsTimeForResize(long messageCounter);

    /// <summary>How many routees to add, or to remove below zero.</summary>
    public abstract int Resize(IEnumerable<Routee> currentRoutees);
}

/// <summary>Adds routees while all are busy, and removes some while most are idle.</summary>
public class DefaultResizer : Resizer, IEquatable<DefaultResizer>
{
    /// <summary>Creates a resizer between two sizes.</summary>
    public DefaultResizer(
        int lower,
        int upper,
        int pressureThreshold = 1,
        double rampupRate = 0.2,
        double backoffThreshold = 0.3,
        double backoffRate = 0.1,
        int messagesPerResize = 10)
    {
        LowerBound = Allowed(lower, lower >= 0, "lower-bound", "at least 0");
        UpperBound = Allowed(upper, upper >= lower, "upper-bound", $"at least lower-bound ({lower})");
        PressureThreshold = pressureThreshold;
        RampupRate = Allowed(rampupRate, rampupRate >= 0, "rampup-rate", "at least 0");
        BackoffThreshold = Allowed(backoffThreshold, backoffThreshold is >= 0 and <= 1, "backoff-threshold", "0 to 1");
        BackoffRate = Allowed(backoffRate, backoffRate >= 0, "backoff-rate", "at least 0");
        MessagesPerResize = Allowed(messagesPerResize, messagesPerResize > 0, "messages-per-resize", "at least 1");
    }

    /// <summary>The fewest routees.</summary>
    public int LowerBound { get; set; }

    /// <summary>The most routees.</summary>
    public int UpperBound { get; set; }

    /// <summary>From how many waiting messages on a routee is busy: 0 while it works, 1 when one waits besides, and so on.</summary>
    public int PressureThreshold { get; }

    /// <summary>By what share a pool grows whose routees are all busy.</summary>
    public double RampupRate { get; }

    /// <summary>Below what share of busy routees a pool shrinks.</summary>
    public double BackoffThreshold { get; }

    /// <summary>By what share a pool shrinks.</summary>
    public double BackoffRate { get; }

    /// <summary>After how many messages the size is decided again.</summary>
    public int MessagesPerResize { get; }

    /// <summary>The resizer of a deployment's section <c>resizer</c>.</summary>
    public static new DefaultResizer FromConfig(Config resizerConfig)
    {
        ArgumentNullException.ThrowIfNull(resizerConfig);
        return new DefaultResizer(
            resizerConfig.GetInt("lower-bound", 1),
            resizerConfig.GetInt("upper-bound", 10),
            resizerConfig.GetInt("pressure-threshold", 1),
            resizerConfig.GetDouble("rampup-rate", 0.2),
            resizerConfig.GetDouble("backoff-threshold", 0.3),
            resizerConfig.GetDouble("backoff-rate", 0.1),
            resizerConfig.GetInt("messages-per-resize", 10));
    }

    /// <inheritdoc/>
    public override bool IsTimeForResize(long messageCounter) => messageCounter % MessagesPerResize == 0;

    /// <inheritdoc/>
    public override int Resize(IEnumerable<Routee> currentRoutees) => Capacity(currentRoutees);

    /// <summary>How many routees to add, or to remove below zero, within the bounds.</summary>
    public int Capacity(IEnumerable<Routee> currentRoutees)
    {
        Routee[] routees = currentRoutees.ToArray();
        int proposed = routees.Length + Filter(Pressure(routees), routees.Length);
        return Math.Clamp(proposed, LowerBound, UpperBound) - routees.Length;
    }

    /// <summary>How many routees are busy.</summary>
    public int Pressure(IEnumerable<Routee> currentRoutees) =>
        currentRoutees.Count(routee => RouteeLoad.Waiting(routee) is { } waiting && waiting > PressureThreshold);

    /// <summary>How many routees to add or remove for a number of busy ones.</summary>
    public int Filter(int pressure, int capacity) => Rampup(pressure, capacity) + Backoff(pressure, capacity);

    /// <summary>How many routees to add: some if all are busy.</summary>
    public int Rampup(int pressure, int capacity) => pressure < capacity ? 0 : (int)Math.Ceiling(RampupRate * capacity);

    /// <summary>How many routees to remove, as a number below zero: some if few are busy.</summary>
    public int Backoff(int pressure, int capacity) =>
        BackoffThreshold > 0.0 && BackoffRate > 0.0 && capacity > 0 && Convert.ToDouble(pressure) / capacity < BackoffThreshold
            ? (int)Math.Floor(-1.0 * BackoffRate * capacity)
            : 0;

    /// <inheritdoc/>
    public bool Equals(DefaultResizer? other) => other is not null
        && (LowerBound, UpperBound, PressureThreshold, RampupRate, BackoffThreshold, BackoffRate, MessagesPerResize)
            == (other.LowerBound, other.UpperBound, other.PressureThreshold, other.RampupRate, other.BackoffThreshold, other.BackoffRate, other.MessagesPerResize);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DefaultResizer);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PressureThreshold, RampupRate, BackoffThreshold, BackoffRate, MessagesPerResize);

    private static T Allowed<T>(T value, bool allowed, string key, string range) => allowed
        ? value
        : throw new ArgumentException($"{key} of a resizer is {value}; {range} is allowed.");
}
