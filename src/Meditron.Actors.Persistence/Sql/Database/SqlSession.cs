using System.Data.Common;

namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>An open connection with the commands that were prepared on it; used by one thread at a time.</summary>
internal sealed class SqlSession(DbConnection connection) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);

    public DbConnection Connection { get; } = connection;

    /// <summary>Which of the files it belongs to that the database has been, where damaged ones are set aside.</summary>
    public int Epoch { get; init; }

    /// <summary>The transaction that commands belong to, if one is open.</summary>
    public DbTransaction? Transaction { get; set; }

    /// <summary>Seconds that a command may take.</summary>
    public int CommandTimeout { get; set; } = 30;

    /// <summary>A command, made when it is first asked for.</summary>
    /// <param name="sql">Its text, and its name.</param>
    /// <param name="parameters">Values by the names of parameters, each with its @.</param>
    public DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in parameters)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                command.Parameters.Add(parameter);
            }

            _commands[sql] = command;
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        }

        command.Transaction = Transaction;
        command.CommandTimeout = CommandTimeout;
        return command;
    }

    /// <summary>A command of a provider's own kind, made when it is first asked for.</summary>
    public TCommand Command<TCommand>(string sql, Action<TCommand> prepare)
        where TCommand : DbCommand
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            prepare((TCommand)command);
            _commands[sql] = command;
        }

        command.Transaction = Transaction;
        command.CommandTimeout = CommandTimeout;
        return (TCommand)command;
    }

    /// <summary>Runs a command that is not worth keeping.</summary>
    public void Execute(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = Transaction;
        command.CommandTimeout = CommandTimeout;
        command.ExecuteNonQuery();
    }

    /// <summary>The values of the first column of a query that is not worth keeping.</summary>
    public List<string> Strings(string sql, int column = 0)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = Transaction;
        command.CommandTimeout = CommandTimeout;
        using var reader = command.ExecuteReader();
        var strings = new List<string>();
        while (reader.Read())
        {
            strings.Add(Convert.ToString(reader.GetValue(column)) ?? "");
        }

        return strings;
    }

    /// <summary>The names of a table's columns; null if there is no such table.</summary>
    public IReadOnlySet<string> Columns(string table)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table} WHERE 1 = 0";
        command.Transaction = Transaction;
        command.CommandTimeout = CommandTimeout;
        using var reader = command.ExecuteReader();
        return Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToHashSet(StringComparer.Ordinal);
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        Connection.Dispose();
    }
}
