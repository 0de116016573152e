namespace Meditron.Actors.Remote.Network;

/// <summary>An endpoint could not be bound.</summary>
internal sealed class NetworkException(string message, Exception? cause = null) : Exception(message, cause);
