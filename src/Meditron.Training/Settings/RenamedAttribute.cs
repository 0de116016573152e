namespace Meditron.Training.Settings;

/// <summary>Tells what a key of a settings record has become, for configurations that still have it.</summary>
/// <param name="key">The old key.</param>
/// <param name="now">What to write now.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class RenamedAttribute(string key, string now) : Attribute
{
    /// <summary>The old key.</summary>
    public string Key { get; } = key;

    /// <summary>What to write now.</summary>
    public string Now { get; } = now;
}
