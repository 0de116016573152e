using System.CommandLine;
using System.Globalization;

namespace Meditron.Cli.Commands;

/// <summary>Rules that options share.</summary>
internal static class OptionRules
{
    /// <summary>Refuses numbers below a minimum; what is no number at all is reported by the parser.</summary>
    public static Option<int> AtLeast(this Option<int> option, int minimum, string why = "")
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value < minimum)
                {
                    result.AddError($"{option.Name} must be at least {minimum}{why}.");
                }
            }
        });
        return option;
    }
}
