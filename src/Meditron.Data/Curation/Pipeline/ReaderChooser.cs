namespace Meditron.Data.Curation.Pipeline;

/// <summary>Chooses the reader for a file, or says why there is none.</summary>
public delegate IDocumentReader? ReaderChooser(InputFile file, out ReadFailure? failure);
