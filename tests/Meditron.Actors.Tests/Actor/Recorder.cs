namespace Meditron.Actors.Tests.Specs;

/// <summary>Tells a listener about every hook of its life, with the number of its instance, and does what messages say.</summary>
public sealed class Recorder : UntypedActor
{
    private static int _instances;

    private readonly IActorRef _listener;

    private readonly int _instance;

    private readonly bool _keepChildren;

    private int _state;

    public Recorder(IActorRef listener, bool keepChildren = false)
    {
        _listener = listener;
        _keepChildren = keepChildren;
        _instance = Interlocked.Increment(ref _instances);
        Report("constructed");
    }

    protected override void PreStart() => Report("PreStart");

    protected override void PostStop() => Report("PostStop");

    protected override void PreRestart(Exception reason, object? message)
    {
        Report($"PreRestart {reason.Message} {message?.GetType().Name}");
        if (!_keepChildren)
        {
            base.PreRestart(reason, message!);
        }
    }

    protected override void PostRestart(Exception reason)
    {
        Report($"PostRestart {reason.Message}");
        base.PostRestart(reason);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Exception exception:
                throw exception;
            case Action action:
                action();
                break;
            case Props props:
                Sender.Tell(Context.ActorOf(props));
                break;
            case "state":
                Sender.Tell(_state);
                break;
            case int add:
                _state += add;
                break;
            default:
                Report($"received {message}");
                break;
        }
    }

    private void Report(string what) => _listener.Tell(new Hook(_instance, what), Self);

    /// <summary>What happened to which instance.</summary>
    public sealed record Hook(int Instance, string What);
}
