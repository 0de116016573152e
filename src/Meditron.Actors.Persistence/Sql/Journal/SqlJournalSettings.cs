using Meditron.Actors.Configuration;

namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>The settings of a SQL journal, read and checked once.</summary>
internal sealed class SqlJournalSettings
{
    public SqlJournalSettings(Config config, string path)
    {
        Sql = new SqlSettings(config, path);
        CallTimeout = PluginBreaker.CallTimeout(config, path);
        BufferSize = Sql.Positive("buffer-size");
        TransactionSize = Sql.Positive("db-round-trip-max-batch-size");
        ReplayBatchSize = Sql.Positive("replay-batch-size");
        Readers = Sql.Positive("parallelism");
        KeepsMetadata = Sql.Flag("delete-compatibility-mode");
        (WritesTagTable, WritesTagColumn) = Sql.Text("tag-write-mode").ToLowerInvariant() switch
        {
            "tagtable" => (true, false),
            "csv" => (false, true),
            "both" => (true, true),
            var other => throw new ConfigurationException($"{path}.tag-write-mode is \"{other}\"; allowed is TagTable, Csv or Both."),
        };
        TagSeparator = Sql.Text("tag-separator");
        if (TagSeparator.Length == 0)
        {
            throw new ConfigurationException($"{path}.tag-separator is empty; allowed is any text that no tag has.");
        }

        Tables = new JournalTables(Sql, this);
    }

    public SqlSettings Sql { get; }

    public JournalTables Tables { get; }

    /// <summary>How long a call of the plugin may take.</summary>
    public TimeSpan CallTimeout { get; }

    /// <summary>How many requests to write may wait.</summary>
    public int BufferSize { get; }

    /// <summary>How many rows, of however many requests, go into one transaction; one request is never divided.</summary>
    public int TransactionSize { get; }

    /// <summary>How many rows are read at once.</summary>
    public int ReplayBatchSize { get; }

    /// <summary>How many threads read.</summary>
    public int Readers { get; }

    /// <summary>Whether the highest deleted number is kept in a table of its own.</summary>
    public bool KeepsMetadata { get; }

    public bool WritesTagTable { get; }

    public bool WritesTagColumn { get; }

    public string TagSeparator { get; }

    /// <summary>Tags as the journal's own column has them; null where there are none.</summary>
    public string? Joined(IReadOnlyCollection<string> tags) => tags.Count == 0 ? null : $"{TagSeparator}{string.Join(TagSeparator, tags)}{TagSeparator}";
}
