using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Journals;

// What persistent coordinators say of their journal on their node's event stream.

/// <summary>The state has been read from the journal.</summary>
internal sealed record JournalRead(string PersistenceId) : INoSerializationVerificationNeeded;

/// <summary>The journal could not be read or written; the actor stops.</summary>
/// <param name="PersistenceId">Whose journal.</param>
/// <param name="Reason">Why.</param>
/// <param name="Commit">The checkpoint whose commit it is not known to have; null where it was something else.</param>
internal sealed record JournalAway(string PersistenceId, string Reason, CheckpointCommitted? Commit) : INoSerializationVerificationNeeded;

/// <summary>Write this commit, which the journal may lack, unless it has it.</summary>
internal sealed record CommitAgain(CheckpointCommitted Commit) : INoSerializationVerificationNeeded;

/// <summary>A commit that was to be written again is in the journal, or is worth nothing any more.</summary>
internal sealed record CommitSettled(string PersistenceId, int Step) : INoSerializationVerificationNeeded;
