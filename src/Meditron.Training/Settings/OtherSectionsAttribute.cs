namespace Meditron.Training.Settings;

/// <summary>Names keys below a settings record that other parts of the program read and check.</summary>
/// <param name="keys">The keys.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OtherSectionsAttribute(params string[] keys) : Attribute
{
    /// <summary>The keys.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}
