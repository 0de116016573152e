namespace Meditron.Llama;

/// <summary>How tensor-parallel ranks share a parameter.</summary>
public enum ShardDimension
{
    /// <summary>Every rank has all of it.</summary>
    None,

    /// <summary>Each rank has some rows: column-parallel projections, whose outputs are shared, and the vocabulary.</summary>
    Rows,

    /// <summary>Each rank has some columns: row-parallel projections, whose inputs are shared.</summary>
    Columns,
}
