using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>A message of the protocols between persistent actors and their stores.</summary>
public interface IPersistenceMessage : INoSerializationVerificationNeeded;

/// <summary>A message of the journal's protocol.</summary>
public interface IJournalMessage : IPersistenceMessage;

/// <summary>What a journal is asked for.</summary>
public interface IJournalRequest : IJournalMessage;

/// <summary>What a journal answers.</summary>
public interface IJournalResponse : IJournalMessage;

/// <summary>A message of the snapshot store's protocol.</summary>
public interface ISnapshotMessage : IPersistenceMessage;

/// <summary>What a snapshot store is asked for.</summary>
public interface ISnapshotRequest : ISnapshotMessage;

/// <summary>What a snapshot store answers.</summary>
public interface ISnapshotResponse : ISnapshotMessage;
