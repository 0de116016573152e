namespace Meditron.Data.Curation.Readers.Records;

/// <summary>The one wording for a record over the limit.</summary>
internal static class TooLong
{
    public static RecordFault Fault(long offset, long limit, string what) =>
        new(FaultReasons.TooLong, $"the {what} at byte {offset} is longer than {limit} bytes; raise max-document-bytes if it is wanted");
}
