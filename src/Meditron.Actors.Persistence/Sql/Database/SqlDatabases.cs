using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>The databases of an actor system: plugins with the same connection string share one, so that its writers keep out of each other's way.</summary>
internal sealed class SqlDatabases : IExtension
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(SqlProvider, string), SqlDatabase> _databases = [];

    public static SqlDatabase Get(ActorSystem system, SqlSettings settings)
    {
        var all = (SqlDatabases)system.RegisterExtension(new Id());
        lock (all._lock)
        {
            var key = (settings.Provider, settings.ConnectionString);
            if (!all._databases.TryGetValue(key, out var database))
            {
                all._databases[key] = database = SqlDatabase.Create(settings);
            }

            return database;
        }
    }

    private sealed class Id : ExtensionIdProvider<SqlDatabases>
    {
        public override SqlDatabases CreateExtension(ExtendedActorSystem system) => new();
    }
}
