namespace Meditron.Actors.Remote.Wire;

/// <summary>Bytes from the network do not follow the protocol: says what was found.</summary>
internal sealed class WireFormatException(string message) : Exception(message);
