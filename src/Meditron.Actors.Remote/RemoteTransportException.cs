using Meditron.Actors.Actor;

namespace Meditron.Actors.Remote;

/// <summary>Remoting could not do what was asked: listen, connect, or send.</summary>
public class RemoteTransportException : AkkaException
{
    /// <summary>Creates the exception.</summary>
    public RemoteTransportException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
