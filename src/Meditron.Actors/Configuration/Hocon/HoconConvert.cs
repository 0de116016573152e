using System.Globalization;
using System.Numerics;

namespace Meditron.Actors.Configuration.Hocon;

/// <summary>Conversions from text to the types that configurations use; each returns null for a text that does not fit.</summary>
internal static class HoconConvert
{
    public static bool? TryBoolean(string? text) => text switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => null,
    };

    public static long? TryLong(string? text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        if (text is not null && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null;
        }

        // 1e6 and 10.0 are whole numbers too.
        return TryDecimal(text) is { } number && number == decimal.Truncate(number) && number >= long.MinValue && number <= long.MaxValue ? (long)number : null;
    }

    public static double? TryDouble(string? text) =>
        double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static decimal? TryDecimal(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static TimeSpan? TryTimeSpan(string? text, bool allowInfinite)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Trim() is "infinite")
        {
            return allowInfinite ? Timeout.InfiniteTimeSpan : null;
        }

        var (number, unit) = SplitUnit(text);
        decimal? ticks = unit switch
        {
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01m,
            "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
            "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
            "m" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
            "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
            "d" or "day" or "days" => TimeSpan.TicksPerDay,
            _ => null,
        };
        if (ticks is null || number is not { } count || Math.Abs(count) > long.MaxValue / TimeSpan.TicksPerDay)
        {
            return null;
        }

        var total = count * ticks.Value;
        return Math.Abs(total) < long.MaxValue ? TimeSpan.FromTicks((long)total) : null;
    }

    public static long? TryByteSize(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var (number, unit) = SplitUnit(text);
        var factor = unit switch
        {
            "" or "b" or "B" or "byte" or "bytes" => BigInteger.One,
            "kB" or "KB" or "kilobyte" or "kilobytes" => Power(1000, 1),
            "MB" or "megabyte" or "megabytes" => Power(1000, 2),
            "GB" or "gigabyte" or "gigabytes" => Power(1000, 3),
            "TB" or "terabyte" or "terabytes" => Power(1000, 4),
            "PB" or "petabyte" or "petabytes" => Power(1000, 5),
            "k" or "K" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => Power(1024, 1),
            "m" or "M" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => Power(1024, 2),
            "g" or "G" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => Power(1024, 3),
            "t" or "T" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => Power(1024, 4),
            "p" or "P" or "Pi" or "PiB" or "pebibyte" or "pebibytes" => Power(1024, 5),
            _ => BigInteger.Zero,
        };
        if (factor.IsZero || number is not { } count || count < 0 || count > long.MaxValue)
        {
            return null;
        }

        // Scaled by a power of ten first, so that 0.5 MiB and 9007199254740993 both stay exact.
        const long Scale = 1_000_000_000;
        var whole = decimal.Truncate(count);
        var total = (new BigInteger(whole) * factor) + (new BigInteger((count - whole) * Scale) * factor / Scale);
        return total <= long.MaxValue ? (long)total : null;
    }

    private static BigInteger Power(int value, int exponent) => BigInteger.Pow(value, exponent);

    private static (decimal? Number, string Unit) SplitUnit(string text)
    {
        var trimmed = text.Trim();
        var end = trimmed.Length;
        while (end > 0 && char.IsAsciiLetter(trimmed[end - 1]))
        {
            end--;
        }

        return (TryDecimal(trimmed[..end].TrimEnd()), trimmed[end..]);
    }
}
