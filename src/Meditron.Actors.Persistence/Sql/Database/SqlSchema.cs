using System.Data.Common;

namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>Makes tables where they are missing and that is wanted, and sees that those that are there are right.</summary>
internal sealed class SqlSchema(SqlDatabase database, SqlSession session, SqlSettings settings)
{
    private static readonly TimeSpan _lockTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Sees that a table is there with at least some columns; the statements make it.</summary>
    /// <exception cref="SqlStoreException">It is not there and is not to be made.</exception>
    /// <exception cref="SqlLayoutException">A column is missing.</exception>
    public void Require(string? schema, string table, IReadOnlyList<string> create, IReadOnlyList<string> columns)
    {
        var qualified = schema is null ? $"\"{table}\"" : $"\"{schema}\".\"{table}\"";
        if (TryColumns(qualified) is not { } found)
        {
            if (!settings.AutoInitialize)
            {
                throw new SqlStoreException($"{database.Description} has no table {table}: create it, or set {settings.Path}.auto-initialize to on.");
            }

            Create(create);
            found = TryColumns(qualified) ?? throw new SqlStoreException($"{database.Description} has no table {table} although it was just created: see that nobody drops it.");
        }

        var missing = columns.Select(column => column.Trim('"')).Where(column => !found.Contains(column)).ToArray();
        if (missing.Length > 0)
        {
            throw new SqlLayoutException(
                $"The table {table} of {database.Description} has another layout than that of Akka.Persistence.Sql: it lacks {string.Join(", ", missing)} (it has {string.Join(", ", found.Order(StringComparer.Ordinal))}). "
                + $"Name another table or its columns under {settings.Path}.{settings.Text("table-mapping")}, or another database.");
        }
    }

    /// <summary>Sees that a table has a column that Akka.Persistence.Sql does not have; it is added where tables are made, and may be null.</summary>
    /// <exception cref="SqlStoreException">It has none, and it is not to be added.</exception>
    public void RequireColumn(string? schema, string table, string column, string type)
    {
        var qualified = schema is null ? $"\"{table}\"" : $"\"{schema}\".\"{table}\"";
        if (session.Columns(qualified).Contains(column.Trim('"')))
        {
            return;
        }

        var add = $"ALTER TABLE {qualified} ADD COLUMN {column} {type}";
        if (settings.AutoInitialize)
        {
            try
            {
                Create([add]);
            }
            catch (DbException) when (session.Columns(qualified).Contains(column.Trim('"')))
            {
                // Another process was faster.
            }
        }
        else
        {
            throw new SqlStoreException($"The table {table} of {database.Description} has no column {column} for the checksums of its rows: {add} (which Akka.Persistence.Sql does not mind), or set {settings.Path}.auto-initialize to on.");
        }
    }

    /// <summary>Sees that a table has a unique key over some columns.</summary>
    /// <exception cref="SqlStoreException">It has none.</exception>
    public void RequireUnique(string? schema, string table, IReadOnlyList<string> columns)
    {
        var names = columns.Select(column => column.Trim('"')).ToArray();
        if (database.HasUniqueKey(session, schema, table, names))
        {
            return;
        }

        var qualified = schema is null ? $"\"{table}\"" : $"\"{schema}\".\"{table}\"";
        var create = $"CREATE UNIQUE INDEX IF NOT EXISTS {table}_uq ON {qualified} ({string.Join(", ", columns)})";
        if (settings.AutoInitialize)
        {
            try
            {
                Create([create]);
            }
            catch (DbException e) when (database.IsUniqueViolation(e))
            {
                throw new SqlStoreException($"The table {table} of {database.Description} has several rows with the same {string.Join(" and ", names)}: delete all but the right ones.", e);
            }
        }

        if (!database.HasUniqueKey(session, schema, table, names))
        {
            throw new SqlStoreException(
                $"The table {table} of {database.Description} has no unique key over {string.Join(", ", names)}, without which two writers could not be told from each other: {create}");
        }
    }

    private void Create(IReadOnlyList<string> statements) => database.InTransaction(session, _lockTimeout, () =>
    {
        // IF NOT EXISTS does not keep two that create at the same time apart on PostgreSQL.
        if (database is PostgresDatabase)
        {
            session.Execute("SELECT pg_advisory_xact_lock(hashtext('meditron.actors.persistence'))");
        }

        foreach (var statement in statements)
        {
            session.Execute(statement);
        }

        return true;
    });

    private IReadOnlySet<string>? TryColumns(string qualified)
    {
        try
        {
            return session.Columns(qualified);
        }
        catch (DbException e) when (database.IsMissingTable(e))
        {
            return null;
        }
    }
}
