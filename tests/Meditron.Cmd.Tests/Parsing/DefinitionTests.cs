namespace Meditron.Cmd.Tests.Parsing;

public class DefinitionTests
{
    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("-dash")]
    public void Names_can_be_typed(string name)
    {
        Assert.Throws<ArgumentException>(() => new CommandDefinitionBuilder().WithName(name));
        Assert.Throws<ArgumentException>(() => new ArgumentDefinitionBuilder().WithName(name));
        Assert.Throws<ArgumentException>(() => new CommandPalette(name, []));
    }

    [Fact]
    public void Definitions_that_could_not_be_told_apart_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => new CommandDefinitionBuilder().Build());
        Assert.Throws<InvalidOperationException>(() => new CommandDefinitionBuilder().WithName("x").WithArgument(b => b));
        Assert.Throws<InvalidOperationException>(() => new CommandDefinitionBuilder().WithName("x").WithArgument(b => b.WithName("a").WithoutValue()));
        Assert.Throws<InvalidOperationException>(() => new CommandDefinitionBuilder().WithName("x")
            .WithArgument(b => b.WithName("a").WithSwitch("-s")).WithArgument(b => b.WithName("b").WithSwitch("-s")).Build());
        Assert.Throws<InvalidOperationException>(() => new CommandDefinitionBuilder().WithName("x")
            .WithArgument(b => b.WithName("a")).WithArgument(b => b.WithName("b").IsMandatory(true)).Build());
        Assert.Throws<ArgumentException>(() => new ArgumentDefinitionBuilder().WithSwitch("r"));
        Assert.Throws<ArgumentException>(() => new ArgumentDefinitionBuilder().WithSwitch("--r=x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CommandDefinitionBuilder().WithTimeout(TimeSpan.Zero));
        var show = new CommandDefinitionBuilder().WithName("show").Build();
        Assert.Throws<ArgumentException>(() => new CommandPalette("p", [show, show]));
    }

    [Fact]
    public void A_handler_for_a_command_that_the_palette_lacks_is_refused() =>
        Assert.Contains("has no command shwo, but show", Assert.ThrowsAny<Exception>(() => Handlers.Make("shwo")).ToString(), StringComparison.Ordinal);

    private static class Handlers
    {
        public static void Make(string name)
        {
            using var system = ActorSystem.Create("definitions", "akka { stdout-loglevel = OFF, loggers = [] }");
            var failed = new TaskCompletionSource();
            system.ActorOf(Props.Create(() => new Handler(name, failed)));
            failed.Task.WaitAsync(Deadlines.Usual).GetAwaiter().GetResult();
        }

        private sealed class Handler : CommandHandlerActor
        {
            public Handler(string name, TaskCompletionSource failed)
                : base(new CommandPalette("p", [new CommandDefinitionBuilder().WithName("show").Build()]))
            {
                try
                {
                    Process(name, _ => { });
                }
                catch (ArgumentException e)
                {
                    failed.SetException(e);
                }
            }
        }
    }
}
