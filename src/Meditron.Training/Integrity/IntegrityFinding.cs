namespace Meditron.Training.Integrity;

/// <summary>What is wrong with a rank.</summary>
/// <param name="Rank">The rank.</param>
/// <param name="Problem">What was compared with what, in words.</param>
/// <param name="IsMiscomputed">Whether it computed other bits than it must; else it holds them.</param>
public sealed record IntegrityFinding(int Rank, string Problem, bool IsMiscomputed);
