using Meditron.Actors.Actor;

namespace Meditron.Actors.TestKit.Internal;

/// <summary>Makes the test actor the sender of what the test's own code tells, also after an await.</summary>
internal static class ImplicitSender
{
    public static void Install(IActorRef testActor)
    {
        var cell = ((LocalActorRef)testActor).Cell;
        var outer = SynchronizationContext.Current is TestSynchronizationContext present ? present.Inner : SynchronizationContext.Current;
        ActorCell.Current = cell;
        SynchronizationContext.SetSynchronizationContext(new TestSynchronizationContext(cell, outer));
    }

    public static void Uninstall()
    {
        ActorCell.Current = null;
        if (SynchronizationContext.Current is TestSynchronizationContext present)
        {
            SynchronizationContext.SetSynchronizationContext(present.Inner);
        }
    }

    /// <summary>Runs what follows an await with the test actor's cell on the thread.</summary>
    private sealed class TestSynchronizationContext(ActorCell cell, SynchronizationContext? inner) : SynchronizationContext
    {
        public SynchronizationContext? Inner => inner;

        public override void Post(SendOrPostCallback d, object? state)
        {
            if (inner is null)
            {
                ThreadPool.QueueUserWorkItem(_ => Run(d, state));
            }
            else
            {
                inner.Post(_ => Run(d, state), null);
            }
        }

        public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

        public override SynchronizationContext CreateCopy() => new TestSynchronizationContext(cell, inner);

        private void Run(SendOrPostCallback callback, object? state)
        {
            var (previousCell, previousContext) = (ActorCell.Current, Current);
            ActorCell.Current = cell;
            SetSynchronizationContext(this);
            try
            {
                callback(state);
            }
            finally
            {
                ActorCell.Current = previousCell;
                SetSynchronizationContext(previousContext);
            }
        }
    }
}
