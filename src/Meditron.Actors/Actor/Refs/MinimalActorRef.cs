using Meditron.Actors.Dispatch.SysMsg;

namespace Meditron.Actors.Actor;

/// <summary>A reference without an actor behind it: ignores everything its subclass does not handle.</summary>
internal abstract class MinimalActorRef : InternalActorRefBase
{
    public override IInternalActorRef? Parent => ActorRefs.Nobody;

    public override bool IsLocal => true;

    public override bool IsTerminated => false;

    public override IActorRef GetChild(IReadOnlyList<string> name) => name.All(string.IsNullOrEmpty) ? this : ActorRefs.Nobody;

    public override void Start()
    {
    }

    public override void Resume(Exception? causedByFailure = null)
    {
    }

    public override void Suspend()
    {
    }

    public override void Restart(Exception cause)
    {
    }

    public override void Stop()
    {
    }

    public override void SendSystemMessage(SystemMessage message)
    {
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
    }
}
