namespace Meditron.Data.Indexed;

/// <summary>How far tokenizing has come.</summary>
/// <param name="Documents">Documents written.</param>
/// <param name="EmptyDocuments">Documents without any text, which are left out.</param>
/// <param name="Tokens">Tokens written, ends of documents included.</param>
/// <param name="TextBytes">Bytes of the documents' text.</param>
/// <param name="InputBytes">Bytes of the input files that were read, as they lie on disk.</param>
/// <param name="InputLength">Bytes of all input files on disk.</param>
public readonly record struct TokenizeProgress(long Documents, long EmptyDocuments, long Tokens, long TextBytes, long InputBytes, long InputLength);
