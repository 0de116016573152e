using Meditron.Cmd.Network;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Hosting;

/// <summary>Tells one client too many that it is one, and ends with its connection.</summary>
internal sealed class Refusal : ReceiveActor, IWithTimers
{
    private readonly CommandConnection _connection;
    private readonly TimeSpan _timeout;
    private readonly string _reason;

    public Refusal(CmdSettings settings, CommandConnection connection, string reason)
    {
        _connection = connection;
        _reason = reason;
        _timeout = settings.HandshakeTimeout;
        Receive<ConnectionEnded>(_ => Context.Stop(Self));
        Receive<ReceiveTimeout>(_ => Context.Stop(Self));
        ReceiveAny(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartSingleTimer("end", ReceiveTimeout.Instance, _timeout);
        _connection.Start(Self);
        _connection.Send(new ServerFrame { Reject = new Reject { Code = Reject.Types.Code.Busy, Reason = _reason } });
        _connection.Close();
    }

    protected override void PostStop() => _connection.Abort();
}
