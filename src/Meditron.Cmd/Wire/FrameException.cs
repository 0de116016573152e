namespace Meditron.Cmd.Wire;

/// <summary>Bytes from the network do not follow the protocol: says what was found.</summary>
internal sealed class FrameException(string message, Exception? cause = null) : Exception(message, cause);
