using Meditron.Actors.Configuration.Hocon;

namespace Meditron.Actors.Configuration;

/// <summary>A resolved configuration: values by dotted path, with typed getters, over an optional fallback.</summary>
public class Config
{
    /// <summary>Creates a configuration without keys.</summary>
    public Config()
        : this(HoconValue.FromObject(new HoconObject([]), default), null)
    {
    }

    /// <summary>Resolves a parsed text.</summary>
    /// <exception cref="ConfigurationException">A substitution has no value, or the root is not an object.</exception>
    public Config(HoconRoot root)
        : this((root ?? throw new ArgumentNullException(nameof(root))).Value, null)
    {
    }

    /// <summary>Lays one configuration over another.</summary>
    public Config(Config source, Config? fallback)
        : this((source ?? throw new ArgumentNullException(nameof(source))).WithFallback(fallback).Root, fallback)
    {
    }

    private Config(HoconValue root, Config? fallback)
    {
        if (!root.IsObject())
        {
            throw new ConfigurationException($"A configuration must be an object, but this value is {root.Describe()}.");
        }

        Root = root;
        Fallback = fallback;
    }

    /// <summary>A configuration without keys.</summary>
    public static Config Empty => new();

    /// <summary>What this configuration was laid over, or null; <see cref="Root"/> already holds its values.</summary>
    public Config? Fallback { get; }

    /// <summary>All values, those of the fallback included.</summary>
    public HoconValue Root { get; }

    /// <summary>Whether there are no keys.</summary>
    public bool IsEmpty => Root.IsEmpty;

    /// <summary>Parses a text.</summary>
    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    /// <summary>Lays a text over a configuration.</summary>
    public static Config operator +(string configHocon, Config fallbackConfig) => ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    /// <summary>Lays a configuration over a text.</summary>
    public static Config operator +(Config configHocon, string fallbackConfig)
    {
        ArgumentNullException.ThrowIfNull(configHocon);
        return configHocon.WithFallback(ConfigurationFactory.ParseString(fallbackConfig));
    }

    /// <summary>Whether a path has a value other than null.</summary>
    public virtual bool HasPath(string path) => GetValue(path) is { IsNull: false };

    /// <summary>The value at a path, or null.</summary>
    public HoconValue? GetValue(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var parts = HoconPath.TrySplit(path) ?? throw new ConfigurationException($"\"{HoconToken.Shorten(path)}\" is not a path: a part between the dots is empty, or a quote is open.");
        var value = Root;
        foreach (var part in parts)
        {
            if (!value.IsObject() || value.GetObject().GetKey(part) is not { } next)
            {
                return null;
            }

            value = next;
        }

        return value;
    }

    /// <summary>The object at a path as a configuration of its own, or null.</summary>
    public virtual Config GetConfig(string path) => Read<Config?>(path, value => new Config(value.IsObject() ? value : throw Not(value, "an object"), null), null)!;

    /// <summary>The text at a path.</summary>
    public virtual string GetString(string path, string? @default = null) => Read(path, value => value.GetString(), @default)!;

    /// <summary>The truth value at a path: true, on, yes, false, off or no.</summary>
    public virtual bool GetBoolean(string path, bool @default = false) => Read(path, value => value.GetBoolean(), @default);

    /// <summary>The 32-bit whole number at a path.</summary>
    public virtual int GetInt(string path, int @default = 0) => Read(path, value => value.GetInt(), @default);

    /// <summary>The 64-bit whole number at a path.</summary>
    public virtual long GetLong(string path, long @default = 0) => Read(path, value => value.GetLong(), @default);

    /// <summary>The single-precision number at a path.</summary>
    public virtual float GetFloat(string path, float @default = 0) => Read(path, value => value.GetFloat(), @default);

    /// <summary>The number at a path.</summary>
    public virtual double GetDouble(string path, double @default = 0) => Read(path, value => value.GetDouble(), @default);

    /// <summary>The decimal number at a path.</summary>
    public virtual decimal GetDecimal(string path, decimal @default = 0) => Read(path, value => value.GetDecimal(), @default);

    /// <summary>The size in bytes at a path, or null.</summary>
    public virtual long? GetByteSize(string path) => GetByteSize(path, null);

    /// <summary>The size in bytes at a path.</summary>
    public virtual long? GetByteSize(string path, long? def = null) => Read(path, value => value.GetByteSize(), def);

    /// <summary>The duration at a path; zero where neither a value nor a default is given.</summary>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Read(path, value => value.GetTimeSpan(allowInfinite), @default ?? TimeSpan.Zero);

    /// <summary>The texts at a path, none where the path has no value.</summary>
    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    /// <summary>The texts at a path.</summary>
    public virtual IList<string> GetStringList(string path, string[] strings) => Read<IList<string>>(path, value => Items(value, item => item.GetString()), strings);

    /// <summary>The truth values at a path, none where the path has no value.</summary>
    public virtual IList<bool> GetBooleanList(string path) => List(path, item => item.GetBoolean());

    /// <summary>The decimal numbers at a path, none where the path has no value.</summary>
    public virtual IList<decimal> GetDecimalList(string path) => List(path, item => item.GetDecimal());

    /// <summary>The numbers at a path, none where the path has no value.</summary>
    public virtual IList<double> GetDoubleList(string path) => List(path, item => item.GetDouble());

    /// <summary>The single-precision numbers at a path, none where the path has no value.</summary>
    public virtual IList<float> GetFloatList(string path) => List(path, item => item.GetFloat());

    /// <summary>The 32-bit whole numbers at a path, none where the path has no value.</summary>
    public virtual IList<int> GetIntList(string path) => List(path, item => item.GetInt());

    /// <summary>The 64-bit whole numbers at a path, none where the path has no value.</summary>
    public virtual IList<long> GetLongList(string path) => List(path, item => item.GetLong());

    /// <summary>The bytes at a path, none where the path has no value.</summary>
    public virtual IList<byte> GetByteList(string path) => List(path, item => item.GetByte());

    /// <summary>This configuration over another: values of this one win, objects are merged.</summary>
    public virtual Config WithFallback(Config? fallback)
    {
        if (fallback.IsNullOrEmpty() || ReferenceEquals(this, fallback))
        {
            return this;
        }

        return new Config(HoconValue.FromObject(Root.GetObject().MergeOver(fallback.Root.GetObject()), Root.Position), fallback);
    }

    /// <summary>The top-level keys and their values.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => Root.GetObject().Items;

    /// <inheritdoc/>
    public override string ToString() => ToString(true);

    /// <summary>Writes the configuration as HOCON; values that only the fallback has are left out where not wanted.</summary>
    public string ToString(bool includeFallback) => HoconWriter.Write(includeFallback || Fallback is null ? Root : Without(Root, Fallback.Root), 0, braces: false);

    /// <summary>A copy over another fallback.</summary>
    protected Config Copy(Config? fallback = null) => new(Root, fallback);

    private static HoconValue Without(HoconValue value, HoconValue fallback)
    {
        var kept = new Dictionary<string, HoconValue>();
        foreach (var (key, item) in value.GetObject().Items)
        {
            var below = fallback.GetObject().GetKey(key);
            if (below is null || !(ReferenceEquals(item, below) || (item.IsObject() && below.IsObject())))
            {
                kept[key] = item;
            }
            else if (!ReferenceEquals(item, below) && Without(item, below) is { IsEmpty: false } rest)
            {
                kept[key] = rest;
            }
        }

        return HoconValue.FromObject(new HoconObject(kept), value.Position);
    }

    private static List<T> Items<T>(HoconValue value, Func<HoconValue, T> read) => [.. value.GetArray().Select(read)];

    private static ConfigurationException Not(HoconValue value, string wanted) => value.Position.Error($"the value is {value.Describe()}; expected {wanted}.");

    private IList<T> List<T>(string path, Func<HoconValue, T> read) => Read<IList<T>>(path, value => Items(value, read), []);

    private TResult Read<TResult>(string path, Func<HoconValue, TResult> read, TResult @default)
    {
        if (GetValue(path) is not { IsNull: false } value)
        {
            return @default;
        }

        try
        {
            return read(value);
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException($"{path}: {e.Message}", e);
        }
    }
}
