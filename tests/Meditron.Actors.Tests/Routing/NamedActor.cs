namespace Meditron.Actors.Tests.Specs;

/// <summary>Answers every message with its own name and the message; fails where it is told to.</summary>
public sealed class NamedActor : ReceiveActor
{
    public NamedActor()
    {
        Receive<Exception>(failure => throw failure);
        Receive<string>(message => message == "stop", _ => Context.Stop(Self));
        ReceiveAny(message => Sender.Tell(new Answer(Self.Path.Name, message)));
    }

    public sealed record Answer(string Name, object Message);
}
