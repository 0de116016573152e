namespace Meditron.Cmd.Client;

/// <summary>Makes text of a node safe to print: what is logged there may hold characters that steer a terminal.</summary>
internal static class TerminalText
{
    /// <summary>The text with a question mark for each control character but tabs and ends of lines.</summary>
    public static string Clean(string text) => text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.AsSpan().ContainsAnyInRange('\x7f', '\x9f')
        ? string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                to[i] = char.IsControl(from[i]) && from[i] is not ('\n' or '\t' or '\r') ? '?' : from[i];
            }
        })
        : text;
}
