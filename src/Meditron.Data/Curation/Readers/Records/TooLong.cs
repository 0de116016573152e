namespace Meditron.Data.Curation.Readers.Records;

/// <summary>The one wording for a record over the limit.</summary>
internal static class TooLong
{
    public static RecordFault Fault(long offset, long limit, string what) =>
        new(ReadFailureKind.TooLarge, $"the {what} at byte {offset} is longer than {limit} bytes; raise the limit on a document if it is wanted");
}
