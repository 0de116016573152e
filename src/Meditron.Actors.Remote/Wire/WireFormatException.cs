namespace Meditron.Actors.Remote.Wire;

/// <summary>Bytes from the network do not follow the protocol: says what was found.</summary>
internal class WireFormatException(string message) : Exception(message);

/// <summary>The peer speaks another version of the protocol.</summary>
internal sealed class WireVersionException(string message) : WireFormatException(message);
