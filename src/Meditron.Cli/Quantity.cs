using System.Globalization;

namespace Meditron.Cli;

/// <summary>Writes numbers, sizes and times the way people read them, the same in every culture.</summary>
internal static class Quantity
{
    /// <summary>A count with separators: 12,345.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count in three figures: 31.6 M.</summary>
    public static string Short(double value)
    {
        var (scaled, unit) = Math.Abs(value) switch
        {
            >= 1e12 => (value / 1e12, " T"),
            >= 1e9 => (value / 1e9, " G"),
            >= 1e6 => (value / 1e6, " M"),
            >= 1e4 => (value / 1e3, " k"),
            _ => (value, ""),
        };
        return scaled.ToString(unit.Length == 0 ? "0" : Math.Abs(scaled) >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>A size in bytes: 1.5 GB.</summary>
    public static string Bytes(double value) => value < 1e4 ? $"{Short(value)} bytes" : Short(value).Replace(" k", " kB").Replace(" M", " MB").Replace(" G", " GB").Replace(" T", " TB");

    /// <summary>A time: 4.2 s, 1:12, 3:05:00.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds < 60
        ? time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " s"
        : time.ToString(time.TotalHours < 1 ? @"m\:ss" : time.TotalDays < 1 ? @"h\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture);

    /// <summary>A loss or other small number in fixed places.</summary>
    public static string Fixed(double value, int places = 4) => double.IsFinite(value) ? value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A learning rate: 3.00e-04.</summary>
    public static string Rate(double value) => value.ToString("0.00e+00", CultureInfo.InvariantCulture);
}
