namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>Keeps the rows of a journal. All tasks end within the given times, and none runs on the caller's thread.</summary>
internal interface IJournalStore : IDisposable
{
    /// <summary>Writes rows durably; writes that wait for each other go together.</summary>
    /// <exception cref="Meditron.Actors.Persistence.Journal.ConflictingWriteException">A row of the same actor with the same or a higher number is there: nothing is written.</exception>
    Task WriteAsync(JournalWrite write, TimeSpan timeout);

    /// <summary>The highest number of an actor's rows, deleted ones included; 0 where there is none.</summary>
    Task<long> ReadHighestSequenceNrAsync(string persistenceId, TimeSpan timeout);

    /// <summary>Rows of an actor that are not deleted, in order: at most a number of them, from one sequence number to another.</summary>
    Task<IReadOnlyList<JournalRow>> ReadAsync(string persistenceId, long fromSequenceNr, long toSequenceNr, int max, TimeSpan timeout);

    /// <summary>Deletes an actor's rows up to a number; its highest number stays known.</summary>
    Task DeleteAsync(string persistenceId, long toSequenceNr, TimeSpan timeout);
}
