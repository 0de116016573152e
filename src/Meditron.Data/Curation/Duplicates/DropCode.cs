using Meditron.Data.Curation.Filters;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Duplicates;

/// <summary>The one-byte codes of decisions about documents.</summary>
internal static class DropCode
{
    public const byte Kept = 0;
    public const byte Exact = 1;
    public const byte Prefix = 2;
    public const byte Id = 3;
    public const byte Near = 4;
    public const byte Overlap = 5;
    public const byte Passage = 6;
    public const byte Excluded = 7;

    public static (string Step, string Reason) Name(byte code) => code switch
    {
        Exact => (CurationStep.ExactDuplicates, DropReason.ExactDuplicate),
        Prefix => (CurationStep.ExactDuplicates, DropReason.PrefixDuplicate),
        Id => (CurationStep.DuplicateIds, DropReason.DuplicateId),
        Near => (CurationStep.NearDuplicates, DropReason.NearDuplicate),
        Overlap => (CurationStep.Contamination, DropReason.BenchmarkOverlap),
        Passage => (CurationStep.Contamination, DropReason.BenchmarkPassage),
        Excluded => (CurationStep.Upsample, DropReason.Excluded),
        _ => throw new CurationException($"A file of decisions holds the unknown code {code}; delete the output's work folder and run again."),
    };
}
