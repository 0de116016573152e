using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>Writes many requests in one transaction, in a database's own way.</summary>
internal interface IJournalInserter
{
    /// <summary>Writes requests durably, each as a whole or, where it conflicts with what is there, not at all.</summary>
    /// <returns>For each request null where it is written, or the conflict.</returns>
    Exception?[] Write(SqlSession session, IReadOnlyList<JournalWrite> writes, TimeSpan timeout);
}
