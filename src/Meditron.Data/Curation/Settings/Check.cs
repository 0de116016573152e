namespace Meditron.Data.Curation.Settings;

/// <summary>Checks of settings whose errors name the key, the value, and what is allowed.</summary>
internal static class Check
{
    public static void That(bool holds, string key, object value, string allowed)
    {
        if (!holds)
        {
            throw new CurationException($"The curation setting {key} = {Show(value)} is not allowed; give {allowed}.");
        }
    }

    public static void Share(double value, string key) => That(value is >= 0 and <= 1, key, value, "a number from 0 to 1");

    private static string Show(object value) => value is string text ? $"\"{text}\"" : FormattableString.Invariant($"{value}");
}
