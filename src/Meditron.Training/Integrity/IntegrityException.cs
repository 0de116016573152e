namespace Meditron.Training.Integrity;

/// <summary>Ranks found before a step's commit that some of them hold or computed other bits than they must: nobody takes the step.</summary>
public sealed class IntegrityException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="findings">What was found.</param>
    public IntegrityException(IReadOnlyList<IntegrityFinding> findings)
        : base(string.Join(" ", findings.Select(finding => $"{char.ToUpperInvariant(finding.Problem[0])}{finding.Problem[1..]}.")))
    {
        Findings = findings;
    }

    /// <summary>What was found, each rank once.</summary>
    public IReadOnlyList<IntegrityFinding> Findings { get; }

    /// <summary>Whether a rank computed other bits, and not only held them.</summary>
    public bool IsMiscomputed => Findings.Any(finding => finding.IsMiscomputed);
}
