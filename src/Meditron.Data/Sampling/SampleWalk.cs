namespace Meditron.Data.Sampling;

/// <summary>Walks over packed sequences sample by sample; a sample's last token is the first of the next.</summary>
internal ref struct SampleWalk(ReadOnlySpan<int> sizes, ReadOnlySpan<int> documents, int sequenceLength)
{
    private readonly ReadOnlySpan<int> _sizes = sizes;
    private readonly ReadOnlySpan<int> _documents = documents;
    private readonly int _sequenceLength = sequenceLength;

    /// <summary>The place among the packed sequences.</summary>
    public int Document { get; private set; }

    /// <summary>The token in that sequence.</summary>
    public int Offset { get; private set; }

    /// <summary>Goes on by one sample, which must still have all its tokens.</summary>
    public void Advance()
    {
        // The token L places on is the next sample's first: it lies in the first sequence that has more tokens than are still to be passed.
        var left = _sequenceLength;
        while (left >= _sizes[_documents[Document]] - Offset)
        {
            left -= _sizes[_documents[Document]] - Offset;
            Document++;
            Offset = 0;
        }

        Offset += left;
    }
}
