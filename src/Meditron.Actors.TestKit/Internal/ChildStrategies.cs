using Meditron.Actors.Actor;
using Meditron.Actors.Actor.Supervision;

namespace Meditron.Actors.TestKit.Internal;

/// <summary>Supervises each child of a test actor as the test asked for, and the others by default.</summary>
internal sealed class ChildStrategies : SupervisorStrategy
{
    private readonly Dictionary<IActorRef, SupervisorStrategy> _byChild = [];

    public override IDecider Decider => DefaultDecider;

    public void Set(IActorRef child, SupervisorStrategy strategy) => _byChild[child] = strategy;

    internal override void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause, ChildRestartStats stats, Func<IReadOnlyCollection<ChildRestartStats>> children) =>
        Of(child).ProcessFailure(context, restart, child, cause, stats, children);

    internal override void HandleChildTerminated(IActorContext actorContext, IActorRef child)
    {
        Of(child).HandleChildTerminated(actorContext, child);
        _byChild.Remove(child);
    }

    protected override Directive Handle(IActorRef child, Exception exception) => Of(child).Decider.Decide(exception);

    private SupervisorStrategy Of(IActorRef child) => _byChild.GetValueOrDefault(child, DefaultStrategy);
}
