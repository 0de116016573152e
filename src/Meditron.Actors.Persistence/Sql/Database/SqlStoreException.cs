using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>Something on a database failed; the message says what was attempted, where, why it failed and what to do.</summary>
internal class SqlStoreException(string message, Exception? cause = null) : AkkaException(message, cause);
