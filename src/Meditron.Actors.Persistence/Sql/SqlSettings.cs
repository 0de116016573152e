using System.Text.RegularExpressions;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Persistence.Sql;

/// <summary>Where a plugin's database is, read from the plugin's section and checked once.</summary>
internal sealed partial class SqlSettings
{
    private readonly Config _config;

    /// <param name="config">The plugin's section, over its defaults.</param>
    /// <param name="path">Where the section is, for messages.</param>
    /// <exception cref="ConfigurationException">A value is missing or not allowed.</exception>
    public SqlSettings(Config config, string path)
    {
        _config = config;
        Path = path;
        ConnectionString = config.GetString("connection-string", "")!;
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            throw new ConfigurationException($"{path}.connection-string is empty; allowed is a connection string of SQLite (Data Source=FILE) or PostgreSQL (Host=...;Database=...;Username=...).");
        }

        var name = config.GetString("provider-name", "")!;
        Provider = name switch
        {
            _ when name.StartsWith("SQLite", StringComparison.OrdinalIgnoreCase) || name == "Microsoft.Data.Sqlite" => SqlProvider.Sqlite,
            _ when name.StartsWith("PostgreSQL", StringComparison.OrdinalIgnoreCase) || name == "Npgsql" => SqlProvider.Postgres,
            _ => throw new ConfigurationException($"{path}.provider-name is \"{name}\"; allowed is SQLite.MS, or PostgreSQL with or without a version (PostgreSQL.15)."),
        };
        AutoInitialize = config.GetBoolean("auto-initialize");
        GoesOnIfDamaged = config.GetString("on-damage", "fail") switch
        {
            "fail" => false,
            "go-on" => true,
            var other => throw new ConfigurationException($"{path}.on-damage is \"{other}\"; allowed is fail or go-on."),
        };
    }

    public string Path { get; }

    public string ConnectionString { get; }

    public SqlProvider Provider { get; }

    /// <summary>Whether missing tables are created.</summary>
    public bool AutoInitialize { get; }

    /// <summary>Whether damaged events are left out, and a damaged file is set aside, rather than that nothing recovers.</summary>
    public bool GoesOnIfDamaged { get; }

    public int Positive(string key) =>
        _config.GetInt(key) is > 0 and var value ? value : throw new ConfigurationException($"{Path}.{key} is {_config.GetString(key)}; allowed is a number above 0.");

    public bool Flag(string key) => _config.GetBoolean(key);

    public string Text(string key, string @default = "") => _config.GetString(key, @default)!;

    /// <summary>The name of a table or a column; it goes into SQL texts, so that only letters, digits and underscores are allowed.</summary>
    public string Name(string key)
    {
        var name = _config.GetString(key, "")!;
        return ValidName().IsMatch(name) ? name : throw new ConfigurationException($"{Path}.{key} is \"{name}\"; allowed are letters, digits and underscores, not beginning with a digit.");
    }

    /// <summary>The schema of the tables, or null.</summary>
    public string? Schema(string key) => _config.GetString(key, "") is not { Length: > 0 } name || name == "null" ? null : Name(key);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex ValidName();
}

/// <summary>A kind of database.</summary>
internal enum SqlProvider
{
    /// <summary>SQLite, through Microsoft.Data.Sqlite.</summary>
    Sqlite,

    /// <summary>PostgreSQL, through Npgsql.</summary>
    Postgres,
}
