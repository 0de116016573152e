using Microsoft.Data.Sqlite;

namespace Meditron.ActorNode;

/// <summary>
/// The token of a singleton in a SQLite file that all nodes share: one row says who holds it, and a history says who did what in which order.
/// </summary>
/// <remarks>
/// Whoever starts takes the token. Every later write says whose token it is written under, and is refused, but kept in the history, when somebody
/// else has taken it since: a process that was stopped for a while cannot know better.
/// </remarks>
internal sealed class TokenTable : IDisposable
{
    private const string Tables = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS token (id INTEGER PRIMARY KEY CHECK (id = 1), owner TEXT NOT NULL, incarnation INTEGER NOT NULL, counter INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS history (
            ordering INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, incarnation INTEGER NOT NULL, counter INTEGER NOT NULL,
            what TEXT NOT NULL, held INTEGER NOT NULL);
        """;

    private const string Take = """
        INSERT INTO token (id, owner, incarnation, counter) VALUES (1, $owner, $incarnation, 1)
        ON CONFLICT (id) DO UPDATE SET owner = $owner, incarnation = $incarnation, counter = counter + 1
        """;

    private const string Count = "UPDATE token SET counter = counter + 1 WHERE owner = $owner AND incarnation = $incarnation";

    private const string Note = """
        INSERT INTO history (owner, incarnation, counter, what, held) SELECT $owner, $incarnation, counter, $what, $held FROM token
        """;

    private readonly SqliteConnection _connection;
    private readonly string _owner;
    private readonly int _incarnation;

    public TokenTable(string file, string owner, int incarnation)
    {
        _owner = owner;
        _incarnation = incarnation;
        _connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=30");
        _connection.Open();

        // Only the machine's end could lose what is not flushed, and with it the test.
        Execute("PRAGMA synchronous = OFF");
        Execute(Tables);
    }

    /// <summary>Takes the token from whoever has it.</summary>
    public void Start() => Write(Take, "start");

    /// <summary>Counts on; false if somebody else has taken the token.</summary>
    public bool Beat() => Write(Count, "beat");

    /// <summary>Says that this owner is done; false if somebody else has taken the token.</summary>
    public bool Stop() => Write(Count, "stop");

    public void Dispose() => _connection.Dispose();

    private bool Write(string change, string what)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        var held = Execute(change) == 1;
        Execute(Note, ("$what", what), ("$held", held));
        transaction.Commit();
        return held;
    }

    private int Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$owner", _owner);
        command.Parameters.AddWithValue("$incarnation", _incarnation);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command.ExecuteNonQuery();
    }
}
