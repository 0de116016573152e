namespace Meditron.Cmd.Palettes;

/// <summary>Which entries of the log are asked for.</summary>
internal sealed record LogQuery(LogLevel Level, DateTime Since, string Text) : INoSerializationVerificationNeeded
{
    public bool Matches(LogEntry entry) =>
        entry.Level >= Level && entry.Time >= Since && (Text.Length == 0 || entry.Text.Contains(Text, StringComparison.OrdinalIgnoreCase));
}
