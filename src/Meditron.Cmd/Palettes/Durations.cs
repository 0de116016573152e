using System.Globalization;

namespace Meditron.Cmd.Palettes;

/// <summary>Reads and writes lengths of time as people do.</summary>
internal static class Durations
{
    private static readonly TimeSpan Most = TimeSpan.FromDays(3650);

    /// <summary>A time such as 500ms, 30s, 5m, 2h or 1.5d; null where it is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExcept("0123456789.");
        if (digits <= 0 || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        double? seconds = text[digits..].Trim() switch
        {
            "ms" => value / 1000,
            "s" => value,
            "m" or "min" => value * 60,
            "h" => value * 3600,
            "d" => value * 86400,
            _ => null,
        };
        return seconds <= Most.TotalSeconds ? TimeSpan.FromSeconds(seconds.Value) : null;
    }

    /// <summary>A time in its two largest units: 3 d 4 h, 5 m 6 s.</summary>
    public static string Text(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{(int)time.TotalDays} d {time.Hours} h",
        { TotalHours: >= 1 } => $"{(int)time.TotalHours} h {time.Minutes} m",
        { TotalMinutes: >= 1 } => $"{time.Minutes} m {time.Seconds} s",
        _ => FormattableString.Invariant($"{time.TotalSeconds:0.#} s"),
    };
}
