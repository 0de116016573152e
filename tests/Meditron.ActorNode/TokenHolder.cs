using Meditron.ActorNode.Protocol;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster;

namespace Meditron.ActorNode;

/// <summary>The singleton of a node: holds the token as long as it lives, and reports when it starts and stops.</summary>
internal sealed class TokenHolder : UntypedActor, IWithTimers
{
    private readonly string _file;
    private readonly TimeSpan _beat;
    private TokenTable? _token;

    public TokenHolder(string file, TimeSpan beat)
    {
        _file = file;
        _beat = beat;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        var self = Cluster.Get(Context.System).SelfUniqueAddress;
        _token = new TokenTable(_file, self.Address.ToString(), self.Uid);
        _token.Start();
        Report("start");
        Timers.StartPeriodicTimer("beat", "beat", _beat);
    }

    protected override void PostStop()
    {
        if (_token is not null)
        {
            _token.Stop();
            _token.Dispose();
            Report("stop");
        }
    }

    protected override void OnReceive(object message)
    {
        if (message is "beat" && !_token!.Beat())
        {
            Report("refused");
            Context.Stop(Self);
        }
    }

    private static void Report(string what) => EventOutput.Write(new NodeEvent(NodeEventKind.Singleton) { Text = what });
}
