using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster;

/// <summary>Reads values and refuses those out of range with the key, the value and what is allowed.</summary>
internal sealed class ClusterConfigReader(Config config, string prefix, string? path = null)
{
    private readonly string _path = path ?? prefix;

    public string Text(string key) => config.GetString(_path + key) ?? "";

    public bool Flag(string key) => config.GetBoolean(Present(key));

    public TimeSpan Positive(string key)
    {
        var value = config.GetTimeSpan(Present(key), null, false);
        return value > TimeSpan.Zero ? value : throw Refuse(key, "a time above 0");
    }

    public TimeSpan NotNegative(string key)
    {
        var value = config.GetTimeSpan(Present(key), null, false);
        return value >= TimeSpan.Zero ? value : throw Refuse(key, "a time of 0 or more");
    }

    /// <summary>A time above 0, or null for off.</summary>
    public TimeSpan? OptionalTime(string key) => IsOff(key) ? null : Positive(key);

    public (bool On, TimeSpan After) FlagOrTime(string key, TimeSpan whenOn)
    {
        if (IsOff(key))
        {
            return (false, TimeSpan.Zero);
        }

        return Text(key).Trim().ToLowerInvariant() is "on" or "true" or "yes" ? (true, whenOn) : (true, NotNegative(key));
    }

    public int AtLeast(string key, int least)
    {
        var value = config.GetInt(Present(key));
        return value >= least ? value : throw Refuse(key, FormattableString.Invariant($"a whole number of at least {least}"));
    }

    public int IntIn(string key, int least, int most)
    {
        var value = config.GetInt(Present(key));
        return value >= least && value <= most ? value : throw Refuse(key, FormattableString.Invariant($"a whole number from {least} to {most}"));
    }

    public double DoubleIn(string key, double least, double most)
    {
        var value = config.GetDouble(Present(key));
        return value >= least && value <= most
            ? value
            : throw Refuse(key, most < double.MaxValue ? FormattableString.Invariant($"a number from {least} to {most}") : "a number above 0");
    }

    private bool IsOff(string key) => Text(key).Trim().ToLowerInvariant() is "off" or "false" or "no" or "";

    private string Present(string key) => config.HasPath(_path + key)
        ? _path + key
        : throw new ConfigurationException($"{prefix}{key} is missing: load the cluster's reference.conf as fallback.");

    private ConfigurationException Refuse(string key, string allowed) =>
        new($"{prefix}{key} is {config.GetString(_path + key)}; allowed is {allowed}.");
}
