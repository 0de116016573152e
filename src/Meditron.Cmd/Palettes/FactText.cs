namespace Meditron.Cmd.Palettes;

/// <summary>Writes names and values as aligned lines.</summary>
internal static class FactText
{
    public static string Of(params IReadOnlyList<(string Name, string Value)> facts)
    {
        var width = facts.Max(fact => fact.Name.Length);
        return string.Join('\n', facts.Select(fact => $"{fact.Name.PadRight(width)}  {fact.Value}".TrimEnd()));
    }
}
