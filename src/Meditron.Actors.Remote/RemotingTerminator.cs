using Meditron.Actors.Actor;

namespace Meditron.Actors.Remote;

/// <summary>Holds the end of the system back until remoting has said goodbye to all peers.</summary>
internal sealed class RemotingTerminator : UntypedActor
{
    private readonly RemoteTransport _transport;
    private readonly IActorRef _systemGuardian;

    public RemotingTerminator(RemoteTransport transport, IActorRef systemGuardian)
    {
        _transport = transport;
        _systemGuardian = systemGuardian;
    }

    protected override void PreStart() => _systemGuardian.Tell(RegisterTerminationHook.Instance, Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TerminationHook:
                _ = _transport.Shutdown().PipeTo(Self, Self, static () => ShutdownDone.Instance, static _ => ShutdownDone.Instance);
                break;
            case ShutdownDone:
                _systemGuardian.Tell(TerminationHookDone.Instance, Self);
                Context.Stop(Self);
                break;
        }
    }

    private sealed class ShutdownDone
    {
        public static readonly ShutdownDone Instance = new();
    }
}
