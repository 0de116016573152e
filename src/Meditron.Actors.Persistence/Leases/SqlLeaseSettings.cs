using Meditron.Actors.Configuration;
using Meditron.Actors.Persistence.Sql;

namespace Meditron.Actors.Persistence.Leases;

/// <summary>The settings of leases in a database, read and checked once.</summary>
internal sealed class SqlLeaseSettings
{
    private const string Path = "akka.coordination.lease.sql";

    public SqlLeaseSettings(Config config)
    {
        Sql = new SqlSettings(config, Path);
        Schema = Sql.Schema("schema-name");
        TableName = Sql.Name("table-name");
    }

    public SqlSettings Sql { get; }

    public string? Schema { get; }

    public string TableName { get; }

    public string Table => Schema is null ? $"\"{TableName}\"" : $"\"{Schema}\".\"{TableName}\"";
}
