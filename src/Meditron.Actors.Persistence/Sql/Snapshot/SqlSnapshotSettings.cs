using Meditron.Actors.Configuration;

namespace Meditron.Actors.Persistence.Sql.Snapshot;

/// <summary>The settings of a SQL snapshot store, read and checked once.</summary>
internal sealed class SqlSnapshotSettings
{
    public SqlSnapshotSettings(Config config, string path)
    {
        Sql = new SqlSettings(config, path);
        CallTimeout = PluginBreaker.CallTimeout(config, path);
        Table = new SnapshotTable(Sql);
    }

    public SqlSettings Sql { get; }

    public SnapshotTable Table { get; }

    /// <summary>How long a call of the plugin may take.</summary>
    public TimeSpan CallTimeout { get; }
}
