using Meditron.Actors.Event;

namespace Meditron.Actors.Actor;

/// <summary>The parent of everything: stops the system when one of the guardians fails or the system guardian has stopped.</summary>
internal sealed class RootGuardianActor : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is Terminated)
        {
            Context.Stop(Self);
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(-1, -1, new LocalOnlyDecider(cause =>
    {
        Cell.Log(cause, LogLevel.ErrorLevel, "guardian failed, shutting down system");
        return Directive.Stop;
    }));

    protected override void PreRestart(Exception reason, object message)
    {
        // Children of the root live as long as the system.
    }
}

/// <summary>The parent of the users' actors.</summary>
internal sealed class GuardianActor : UntypedActor
{
    private readonly SupervisorStrategy _strategy;

    public GuardianActor(SupervisorStrategy strategy) => _strategy = strategy;

    protected override void OnReceive(object message)
    {
        if (message is Terminated)
        {
            Context.Stop(Self);
        }
        else
        {
            Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;

    protected override void PreStart()
    {
    }
}

/// <summary>The parent of the system's own actors: outlives the users' and waits for those that asked to end in good order.</summary>
internal sealed class SystemGuardianActor : UntypedActor
{
    private readonly IActorRef _userGuardian;
    private readonly List<IActorRef> _hooks = [];
    private bool _terminating;

    public SystemGuardianActor(IActorRef userGuardian) => _userGuardian = userGuardian;

    protected override void PreStart() => Context.Watch(_userGuardian);

    protected override void PreRestart(Exception reason, object message)
    {
        // The system's services are not to fall with their parent.
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Terminated terminated when terminated.ActorRef.Equals(_userGuardian):
                _terminating = true;
                foreach (var hook in _hooks)
                {
                    hook.Tell(TerminationHook.Instance);
                }

                StopWhenDone();
                break;
            case Terminated terminated:
                Remove(terminated.ActorRef);
                break;
            case TerminationHookDone:
                Context.Unwatch(Sender);
                Remove(Sender);
                break;
            case RegisterTerminationHook when !_terminating:
                Context.Watch(Sender);
                _hooks.Add(Sender);
                break;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                break;
        }
    }

    private void Remove(IActorRef hook)
    {
        _hooks.Remove(hook);
        StopWhenDone();
    }

    private void StopWhenDone()
    {
        if (_terminating && _hooks.Count == 0)
        {
            Context.System.EventStream.StopDefaultLoggers(Context.System);
            Context.Stop(Self);
        }
    }
}

/// <summary>Asks the system guardian to wait for the sender's <see cref="TerminationHookDone"/> at the end.</summary>
internal sealed class RegisterTerminationHook
{
    public static readonly RegisterTerminationHook Instance = new();
}

/// <summary>Says that the users' actors have stopped.</summary>
internal sealed class TerminationHook
{
    public static readonly TerminationHook Instance = new();
}

/// <summary>Says that a service has ended in good order.</summary>
internal sealed class TerminationHookDone
{
    public static readonly TerminationHookDone Instance = new();
}
