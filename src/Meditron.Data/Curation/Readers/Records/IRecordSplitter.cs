namespace Meditron.Data.Curation.Readers.Records;

/// <summary>Cuts a stream into records without holding more than one of them.</summary>
public interface IRecordSplitter
{
    /// <summary>Reads the next record; false at the end of the stream.</summary>
    bool TryRead(out RawRecord record);
}
