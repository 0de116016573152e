using Meditron.Actors.Dispatch;
using Meditron.Actors.Dispatch.SysMsg;

namespace Meditron.Actors.Actor;

/// <summary>The reference to the root of the tree, which knows places beside its children: temp, deadLetters, and those of extensions.</summary>
internal sealed class RootGuardianRef(
    ActorSystemImpl system, Props props, MessageDispatcher dispatcher, IInternalActorRef supervisor, ActorPath path, Func<string, IInternalActorRef?> extraNames)
    : LocalActorRef(system, props, dispatcher, supervisor, path)
{
    public override IInternalActorRef Parent => this;

    public override IInternalActorRef GetSingleChild(string name) => extraNames(name) ?? base.GetSingleChild(name);
}

/// <summary>Above the root: learns of its end, and of a failure nothing below could handle.</summary>
internal sealed class RootGuardianSupervisor(IActorRefProvider provider, ActorPath root, TaskCompletionSource<bool> terminated) : MinimalActorRef
{
    public override ActorPath Path { get; } = root / "_Root-guardian-supervisor";

    public override IActorRefProvider Provider { get; } = provider;

    public override bool IsTerminated => terminated.Task.IsCompleted;

    public override void Stop() => terminated.TrySetResult(true);

    public override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case Failed failed:
                Provider.SystemImpl.Log.Log(Event.LogLevel.ErrorLevel, failed.Cause, $"guardian {failed.Child} failed, shutting down!");
                failed.Child.Stop();
                break;
            case DeathWatchNotification:
                Stop();
                break;
        }
    }
}
