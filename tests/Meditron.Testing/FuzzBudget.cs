using System.Globalization;

namespace Meditron.Testing;

/// <summary>How many inputs a fuzz test takes: a number for every run of the suite, and another for a soak, set by MEDITRON_FUZZ.</summary>
public static class FuzzBudget
{
    /// <summary>Inputs in the suite.</summary>
    public const int Suite = 100_000;

    /// <summary>Inputs of a soak: 10 million, or what MEDITRON_FUZZ says.</summary>
    public static int Soak =>
        int.TryParse(Environment.GetEnvironmentVariable("MEDITRON_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? wanted : 10_000_000;
}
