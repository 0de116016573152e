namespace Meditron.Data.Curation.Pipeline;

/// <summary>An observer that does nothing.</summary>
public sealed class SilentObserver : ICurationObserver
{
    /// <summary>The one instance.</summary>
    public static SilentObserver Instance { get; } = new();
}
