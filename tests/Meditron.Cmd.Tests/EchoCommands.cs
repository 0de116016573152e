using System.Globalization;

namespace Meditron.Cmd.Tests;

/// <summary>A palette as another assembly would add one.</summary>
internal sealed class EchoCommands(Observer? observer = null) : CommandPaletteHandler(EchoPalette)
{
    public static readonly CommandPalette EchoPalette = new(
        "echo",
        "Says what it is told.",
        [
            new CommandDefinitionBuilder().WithName("say").WithDescription("Says it.")
                .WithArgument(b => b.WithName("text").WithDescription("What to say.").IsMandatory(true))
                .WithArgument(b => b.WithName("times").WithDescription("How often.").WithSwitch("-n").WithSwitch("--times").WithDefaultValues("1", "2"))
                .WithArgument(b => b.WithName("loud").WithDescription("In capitals.").WithSwitch("--loud").WithoutValue())
                .Build(),
            new CommandDefinitionBuilder().WithName("fail").WithDescription("Fails.").Build(),
            new CommandDefinitionBuilder().WithName("vanish").WithDescription("Ends without an answer.").Build(),
            new CommandDefinitionBuilder().WithName("hang").WithDescription("Never answers.").WithTimeout(TimeSpan.FromMilliseconds(300)).Build(),
            new CommandDefinitionBuilder().WithName("wait").WithDescription("Answers when the test says so.").Build(),
            new CommandDefinitionBuilder().WithName("follow").WithDescription("Streams.").WithStreaming().Build(),
            new CommandDefinitionBuilder().WithName("forgotten").WithDescription("Has no handler.").Build(),
        ]);

    public override Props HandlerProps { get; } = Props.Create(() => new Handler(observer ?? new Observer()));

    public sealed record Started(IActorRef Client);

    public sealed record Stopped;

    private sealed class Handler : CommandHandlerActor
    {
        private readonly Observer _observer;

        public Handler(Observer observer)
            : base(EchoPalette)
        {
            _observer = observer;
            Process("say", command =>
            {
                var text = command.GetValue("text")!;
                text = command.Has("loud") ? text.ToUpperInvariant() : text;
                Sender.Tell(new CommandResponse(string.Join('\n', Enumerable.Repeat(text, int.Parse(command.GetValue("times") ?? "1", CultureInfo.InvariantCulture)))));
            });
            Process("fail", _ => throw new InvalidOperationException("it was told to"));
            Process("vanish", _ => Context.Stop(Self));
            Process("hang", _ => { });
            Process("wait", _ => _observer.Tell(new Started(Sender)));
            ProcessAsync("follow", async _ =>
            {
                var client = Sender;
                await Task.Yield();
                client.Tell(new CommandResponse("it begins", final: false));
                _observer.Tell(new Started(client));
            });
        }

        protected override void PostStop() => _observer.Tell(new Stopped());
    }
}
