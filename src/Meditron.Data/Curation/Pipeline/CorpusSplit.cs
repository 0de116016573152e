namespace Meditron.Data.Curation.Pipeline;

/// <summary>The names of the splits.</summary>
public static class CorpusSplit
{
    /// <summary>What is trained on.</summary>
    public const string Train = "train";

    /// <summary>What is held out.</summary>
    public const string Validation = "validation";

    /// <summary>Both, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [Train, Validation];
}
