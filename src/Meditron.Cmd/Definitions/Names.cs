using System.Text.RegularExpressions;

namespace Meditron.Cmd;

/// <summary>The rule that the names of palettes, commands and arguments follow, so that they can be typed.</summary>
internal static partial class Names
{
    /// <summary>The name, if it follows the rule.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static string Checked(string name, string what)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Rule().IsMatch(name)
            ? name
            : throw new ArgumentException($"'{name}' is no name for {what}: it must start with a letter and go on with letters, digits and dashes.", nameof(name));
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9-]*$")]
    private static partial Regex Rule();
}
