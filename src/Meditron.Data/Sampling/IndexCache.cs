namespace Meditron.Data.Sampling;

/// <summary>What became of the files a sample index is kept in.</summary>
public enum IndexCache
{
    /// <summary>No files were asked for.</summary>
    Off,

    /// <summary>The files were there and are right.</summary>
    Reused,

    /// <summary>There were none; they were written.</summary>
    Written,

    /// <summary>There were some that do not fit the data any more; they were written anew.</summary>
    Replaced,

    /// <summary>They could not be written; the index was built in memory.</summary>
    NotWritten,
}
