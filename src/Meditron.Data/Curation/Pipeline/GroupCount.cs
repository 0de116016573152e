namespace Meditron.Data.Curation.Pipeline;

/// <summary>How many documents and words of a group are in the corpus.</summary>
/// <param name="Group">The group.</param>
/// <param name="Documents">Documents.</param>
/// <param name="Words">Words.</param>
public sealed record GroupCount(DocumentGroup Group, long Documents, long Words);
