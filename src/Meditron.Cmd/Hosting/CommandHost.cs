using System.Net;
using Meditron.Cmd.Network;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Hosting;

/// <summary>Owns the listener and one session for each client.</summary>
internal sealed class CommandHost : ReceiveActor
{
    private readonly MeditronCmd _cmd;
    private readonly CommandListener _listener;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<IActorRef> _sessions = [];
    private IActorRef? _waitsForEnd;
    private long _count;

    public CommandHost(MeditronCmd cmd, CommandListener listener)
    {
        _cmd = cmd;
        _listener = listener;
        Receive<CommandConnection>(Connected);
        Receive<Terminated>(ended => SessionEnded(ended.ActorRef));
        Receive<SayGoodbye>(_ => End());
    }

    protected override void PreStart()
    {
        _log.Info("Commands are served on {0}{1}", _listener.EndPoint, _cmd.Settings.NeedsSecret ? ", to clients that prove the cluster's secret" : "");
        if (_cmd.Settings.LogPalettesOnStartup)
        {
            foreach (var palette in _cmd.Palettes)
            {
                _log.Info("Commands of {0}: {1}", palette.ModuleName, string.Join(", ", palette.Commands.Select(command => command.Name)));
            }
        }

        _listener.Start(Self);
    }

    protected override void PostStop() => _listener.Close();

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Connected(CommandConnection connection)
    {
        if (_sessions.Count >= _cmd.Settings.MaxClients || _waitsForEnd is not null)
        {
            var reason = _waitsForEnd is null ? $"{_sessions.Count} clients are connected, more are not allowed (meditron.cmd.max-clients)" : "the node is ending";
            _log.Warning("The client {0} is refused: {1}", connection.Peer, reason);
            Refuse(connection, reason);
            return;
        }

        var session = Context.ActorOf(Props.Create(() => new Session(_cmd, connection)).WithDispatcher(MeditronCmd.DispatcherId), $"client-{++_count}");
        _sessions.Add(Context.Watch(session));
    }

    private void Refuse(CommandConnection connection, string reason)
    {
        var refusal = Context.ActorOf(Props.Create(() => new Refusal(_cmd.Settings, connection, reason)).WithDispatcher(MeditronCmd.DispatcherId), $"refused-{++_count}");
        Context.Watch(refusal);
    }

    private void SessionEnded(IActorRef session)
    {
        _listener.Release();
        _sessions.Remove(session);
        TellEnd();
    }

    private void End()
    {
        _waitsForEnd = Sender;
        _listener.Close();
        foreach (var session in _sessions)
        {
            session.Tell(new Goodbye { Reason = "the node ends" });
        }

        TellEnd();
    }

    private void TellEnd()
    {
        if (_sessions.Count == 0)
        {
            _waitsForEnd?.Tell(Done.Instance);
        }
    }

    /// <summary>The node ends: says so to all clients, and answers with <see cref="Done"/> once they are gone.</summary>
    internal sealed class SayGoodbye : INoSerializationVerificationNeeded
    {
        public static readonly SayGoodbye Instance = new();
    }
}
