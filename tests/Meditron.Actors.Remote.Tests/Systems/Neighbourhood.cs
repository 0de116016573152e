using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote.Tests.Systems;

/// <summary>A system that is to be disturbed, and another that talks with it all the while.</summary>
internal sealed class Neighbourhood : IAsyncDisposable
{
    private readonly IActorRef _echo;

    public Neighbourhood(string config = "", string neighbourConfig = "")
    {
        Subject = new RemoteSystem("subject", config);
        Neighbour = new RemoteSystem("neighbour", neighbourConfig);
        _echo = Subject.Start((message, _, _) => message, "echo");
    }

    public RemoteSystem Subject { get; }

    public RemoteSystem Neighbour { get; }

    public IActorRef Echo => _echo;

    /// <summary>Talks, and makes sure that it is on the connection that it was on before.</summary>
    public async Task Talk()
    {
        Assert.Equal("still there?", await Neighbour.RefTo(Subject, _echo).Ask<string>("still there?", RemoteSystem.Patience));
        Neighbour.Events.Wait<AssociatedEvent>();
        Assert.Single(Neighbour.Events.All.OfType<AssociatedEvent>());
        Assert.Empty(Neighbour.Events.All.OfType<DisassociatedEvent>());
    }

    /// <summary>The warning with a text.</summary>
    public string Warning(string text) => Subject.Events.Wait<Warning>(warning => $"{warning.Message}".Contains(text, StringComparison.Ordinal)).Message!.ToString()!;

    public async ValueTask DisposeAsync()
    {
        await Neighbour.DisposeAsync();
        await Subject.DisposeAsync();
    }
}
