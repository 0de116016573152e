namespace Meditron.Actors.TestKit;

/// <summary>Names the dispatcher that runs an actor on whichever thread tells it.</summary>
public class CallingThreadDispatcher
{
    /// <summary>What <c>Props.WithDispatcher</c> takes.</summary>
    public static readonly string Id = Dispatch.Dispatchers.CallingThreadDispatcherId;

    internal CallingThreadDispatcher()
    {
    }
}
