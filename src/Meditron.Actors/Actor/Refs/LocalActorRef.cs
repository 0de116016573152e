using Meditron.Actors.Dispatch;
using Meditron.Actors.Dispatch.SysMsg;

namespace Meditron.Actors.Actor;

/// <summary>The reference to an actor of this process.</summary>
internal class LocalActorRef : InternalActorRefBase
{
    private readonly ActorCell _cell;

    public LocalActorRef(ActorSystemImpl system, Props props, MessageDispatcher dispatcher, IInternalActorRef? supervisor, ActorPath path)
    {
        Path = path;
        _cell = new ActorCell(system, this, props, dispatcher, supervisor);
    }

    public override ActorPath Path { get; }

    public ActorCell Cell => _cell;

    public override IInternalActorRef? Parent => _cell.Parent;

    public override IActorRefProvider Provider => _cell.SystemImpl.Provider;

    public override bool IsLocal => true;

    public override bool IsTerminated => _cell.IsTerminated;

    public virtual IReadOnlyList<IInternalActorRef> Children => _cell.Children();

    public override void Start() => _cell.Start();

    public override void Resume(Exception? causedByFailure = null) => _cell.SendSystemMessage(new Resume(causedByFailure));

    public override void Suspend() => _cell.SendSystemMessage(new Suspend());

    public override void Restart(Exception cause) => _cell.SendSystemMessage(new Recreate(cause));

    public override void Stop() => _cell.SendSystemMessage(new Terminate());

    public override void SendSystemMessage(SystemMessage message) => _cell.SendSystemMessage(message);

    public virtual IInternalActorRef GetSingleChild(string name) => _cell.GetSingleChild(name);

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        IInternalActorRef current = this;
        for (var i = 0; i < name.Count; i++)
        {
            switch (name[i])
            {
                case "":
                    break;
                case "..":
                    current = current.Parent ?? ActorRefs.Nobody;
                    break;
                default:
                    if (current is not LocalActorRef local)
                    {
                        return current.GetChild(name.Skip(i).ToArray());
                    }

                    current = local.GetSingleChild(name[i]);
                    break;
            }
        }

        return current;
    }

    protected override void TellInternal(object message, IActorRef? sender) => _cell.SendMessage(message, sender);
}
