using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Duplicates;

/// <summary>A step that compares documents with each other and says which to drop in favour of which.</summary>
internal interface IDuplicateStep
{
    string Name { get; }

    /// <summary>Compares the documents that are still kept; each is dropped at most once, and never in favour of one that this step drops.</summary>
    List<DuplicatePair> Run(CorpusIndex index, CurationContext context, CancellationToken cancellation);
}
