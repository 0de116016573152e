using System.Globalization;

namespace Meditron.Cli.Simulations;

/// <summary>Seeds of the simulation, from the first to the last.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
internal readonly record struct SeedRange(ulong From, ulong To)
{
    /// <summary>Reads <c>FROM..TO</c>, or a count, which begins at 1.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static SeedRange Parse(string text)
    {
        var parts = text.Split("..");
        if (parts is [var count] && TryRead(count, out var to) && to > 0)
        {
            return new SeedRange(1, to);
        }

        if (parts is [var first, var last] && TryRead(first, out var from) && TryRead(last, out to) && from <= to)
        {
            return new SeedRange(from, to);
        }

        throw new UsageException($"--seeds is '{text}'; allowed is a count of at least 1, or FROM..TO with FROM not above TO, such as 1000 or 1001..2000.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From}..{To}");

    private static bool TryRead(string text, out ulong value) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value < ulong.MaxValue;
}
