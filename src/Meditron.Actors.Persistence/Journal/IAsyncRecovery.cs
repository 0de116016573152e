using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>Reads the events of an actor.</summary>
public interface IAsyncRecovery
{
    /// <summary>Calls back with the events of an actor between two sequence numbers, in order, at most a number of them; the task ends after the last one.</summary>
    Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback);

    /// <summary>The highest sequence number of an actor, deleted events included; 0 where there is none.</summary>
    /// <param name="persistenceId">The actor.</param>
    /// <param name="fromSequenceNr">A number that is known to be there, or 0: a hint from where to look.</param>
    Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);
}
