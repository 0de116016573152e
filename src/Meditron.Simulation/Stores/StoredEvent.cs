namespace Meditron.Simulation.Stores;

/// <summary>An event as it is stored.</summary>
internal sealed record StoredEvent(string PersistenceId, long SequenceNr, string Writer, long Time, StoredPayload Payload);

/// <summary>A snapshot as it is stored.</summary>
internal sealed record StoredSnapshot(string PersistenceId, long SequenceNr, long Time, StoredPayload Payload);

/// <summary>A serialized object with what is needed to read it.</summary>
internal readonly record struct StoredPayload(int SerializerId, string Manifest, byte[] Bytes);
