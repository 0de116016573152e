using System.Globalization;

namespace Meditron.Actors.Configuration.Hocon;

/// <summary>A resolved value: text (numbers and booleans too, until they are asked for as such), an array, an object, or null.</summary>
public sealed class HoconValue
{
    private readonly string? text;
    private readonly List<HoconValue>? items;
    private readonly HoconObject? fields;

    /// <summary>Creates an empty value.</summary>
    public HoconValue()
    {
    }

    private HoconValue(string? text, List<HoconValue>? items, HoconObject? fields, HoconPosition position)
    {
        this.text = text;
        this.items = items;
        this.fields = fields;
        Position = position;
    }

    /// <summary>Whether there is nothing in it: null, or an object without keys.</summary>
    public bool IsEmpty => IsNull || fields is { Items.Count: 0 };

    internal HoconPosition Position { get; }

    /// <summary>How many values it holds, itself included, shared ones counted each time.</summary>
    internal long Size { get; set; } = 1;

    internal bool IsNull => text is null && items is null && fields is null;

    /// <summary>Whether it is an object.</summary>
    public bool IsObject() => fields is not null;

    /// <summary>Whether it is an array.</summary>
    public bool IsArray() => items is not null;

    /// <summary>Whether it is text, a number or a boolean.</summary>
    public bool IsString() => text is not null;

    /// <summary>The object.</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public HoconObject GetObject() => fields ?? throw Wrong("an object");

    /// <summary>The items of the array; an object whose keys are all whole numbers counts as one, in the order of the numbers.</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public IList<HoconValue> GetArray()
    {
        if (items is not null)
        {
            return items.AsReadOnly();
        }

        if (fields is { Items.Count: > 0 } && fields.Items.Keys.All(key => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            return [.. fields.Items.OrderBy(pair => int.Parse(pair.Key, CultureInfo.InvariantCulture)).Select(pair => pair.Value)];
        }

        throw Wrong("an array");
    }

    /// <summary>The value below a key of the object, or null.</summary>
    public HoconValue? GetChildObject(string key) => GetObject().GetKey(key);

    /// <summary>The text.</summary>
    /// <exception cref="ConfigurationException">It is an object or an array.</exception>
    public string GetString() => text ?? throw Wrong("a string");

    /// <summary>True for true, on and yes; false for false, off and no.</summary>
    /// <exception cref="ConfigurationException">It is none of them.</exception>
    public bool GetBoolean() => HoconConvert.TryBoolean(text) ?? throw Wrong("true or false (or on, off, yes, no)");

    /// <summary>A 32-bit whole number.</summary>
    /// <exception cref="ConfigurationException">It is not one, or out of range.</exception>
    public int GetInt() => (int)Whole(int.MinValue, int.MaxValue);

    /// <summary>A 64-bit whole number.</summary>
    /// <exception cref="ConfigurationException">It is not one, or out of range.</exception>
    public long GetLong() => Whole(long.MinValue, long.MaxValue);

    /// <summary>A number from 0 to 255.</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public byte GetByte() => (byte)Whole(byte.MinValue, byte.MaxValue);

    /// <summary>A number.</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public double GetDouble() => HoconConvert.TryDouble(text) ?? throw Wrong("a number");

    /// <summary>A number in single precision.</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public float GetFloat() => (float)GetDouble();

    /// <summary>A decimal number.</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public decimal GetDecimal() => HoconConvert.TryDecimal(text) ?? throw Wrong("a decimal number");

    /// <summary>A duration such as 500 ms, 10s or 2 minutes; a bare number counts milliseconds; <c>infinite</c> where allowed.</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public TimeSpan GetTimeSpan(bool allowInfinite = true) =>
        HoconConvert.TryTimeSpan(text, allowInfinite) ?? throw Wrong(allowInfinite ? "a duration such as 500ms, 10s, 2 minutes or infinite" : "a duration such as 500ms, 10s or 2 minutes");

    /// <summary>A size in bytes such as 512, 10 kB (1000 each) or 64 MiB (1024 each).</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public long? GetByteSize() => HoconConvert.TryByteSize(text) ?? throw Wrong("a size such as 512, 10kB or 64MiB");

    /// <inheritdoc/>
    public override string ToString() => ToString(0);

    /// <summary>Writes the value as HOCON, its inner lines indented from <paramref name="indent"/> on.</summary>
    public string ToString(int indent) => HoconWriter.Write(this, indent, braces: true);

    internal static HoconValue FromText(string text, HoconPosition position) => new(text, null, null, position);

    internal static HoconValue FromArray(List<HoconValue> items, HoconPosition position) => new(null, items, null, position);

    internal static HoconValue FromObject(HoconObject fields, HoconPosition position) => new(null, null, fields, position);

    internal static HoconValue Null(HoconPosition position) => new(null, null, null, position);

    internal string Describe() => this switch
    {
        { fields: not null } => "an object",
        { items: not null } => "an array",
        { text: { } value } => $"\"{HoconToken.Shorten(value)}\"",
        _ => "null",
    };

    private long Whole(long minimum, long maximum)
    {
        var value = HoconConvert.TryLong(text) ?? throw Wrong("a whole number");
        return value >= minimum && value <= maximum ? value : throw Wrong($"a whole number from {minimum} to {maximum}");
    }

    private ConfigurationException Wrong(string wanted)
    {
        var message = $"the value is {Describe()}; expected {wanted}.";
        return Position.Line > 0 ? Position.Error(message) : new ConfigurationException(message);
    }
}
