namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>A table is there and has not the columns that it should have.</summary>
internal sealed class SqlLayoutException(string message) : SqlStoreException(message)
{
    /// <summary>Which of the databases it was that have been begun anew.</summary>
    public int Epoch { get; set; }
}
