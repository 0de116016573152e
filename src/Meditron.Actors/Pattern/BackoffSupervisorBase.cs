using Meditron.Actors.Actor;

namespace Meditron.Actors.Pattern;

/// <summary>An actor with one child, to which it passes everything on, and which it starts again after a growing pause.</summary>
public abstract class BackoffSupervisorBase : ActorBase
{
    internal BackoffSupervisorBase(Props childProps, string childName, IBackoffReset reset, object? replyWhileStopped, Func<object, bool>? finalStopMessage)
    {
        ChildProps = childProps;
        ChildName = childName;
        Reset = reset;
        ReplyWhileStopped = replyWhileStopped;
        FinalStopMessage = finalStopMessage;
    }

    /// <summary>What the child is made from.</summary>
    protected Props ChildProps { get; }

    /// <summary>The child's name.</summary>
    protected string ChildName { get; }

    /// <summary>When the pause starts over.</summary>
    protected IBackoffReset Reset { get; }

    /// <summary>The answer to messages while there is no child, if one was given.</summary>
    protected object? ReplyWhileStopped { get; }

    /// <summary>Tells the message after which the child is not started again.</summary>
    protected Func<object, bool>? FinalStopMessage { get; }

    /// <summary>The child, while there is one.</summary>
    protected IActorRef? Child { get; set; }

    /// <summary>How often the child was started again since the pause last started over.</summary>
    protected int RestartCountN { get; set; }

    /// <summary>Whether the final stop message came.</summary>
    protected bool FinalStopMessageReceived { get; set; }

    /// <inheritdoc/>
    protected override void PreStart() => StartChild();

    /// <summary>Handles what all backoff supervisors handle alike.</summary>
    protected bool HandleBackoff(object message)
    {
        switch (message)
        {
            case BackoffSupervisor.StartChild:
                StartChild();
                if (Reset is AutoReset auto)
                {
                    Context.System.Scheduler.ScheduleTellOnce(auto.ResetBackoff, Self, new BackoffSupervisor.ResetRestartCount(RestartCountN), Self);
                }

                return true;
            case BackoffSupervisor.Reset:
                if (Reset is ManualReset)
                {
                    RestartCountN = 0;
                }
                else
                {
                    Unhandled(message);
                }

                return true;
            case BackoffSupervisor.ResetRestartCount reset:
                if (reset.Current == RestartCountN)
                {
                    RestartCountN = 0;
                }

                return true;
            case BackoffSupervisor.GetRestartCount:
                Sender.Tell(new BackoffSupervisor.RestartCount(RestartCountN), Self);
                return true;
            case BackoffSupervisor.GetCurrentChild:
                Sender.Tell(new BackoffSupervisor.CurrentChild(Child!), Self);
                return true;
            default:
                Pass(message);
                return true;
        }
    }

    private protected void StartChild() => Child ??= Context.Watch(Context.ActorOf(ChildProps, ChildName));

    private void Pass(object message)
    {
        if (Child is not null && Child.Equals(Sender))
        {
            // The supervisor stands for its child: what the child says goes to where the supervisor was created.
            Context.Parent.Forward(message);
            return;
        }

        bool final = FinalStopMessage?.Invoke(message) == true;
        if (Child is not null)
        {
            Child.Forward(message);
            FinalStopMessageReceived |= final;
            return;
        }

        if (ReplyWhileStopped is not null)
        {
            Sender.Tell(ReplyWhileStopped, Self);
        }
        else
        {
            Context.System.DeadLetters.Forward(message);
        }

        if (final)
        {
            Context.Stop(Self);
        }
    }
}
