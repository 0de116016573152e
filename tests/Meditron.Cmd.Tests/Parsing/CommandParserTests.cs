using Meditron.Cmd.Parsing;

namespace Meditron.Cmd.Tests.Parsing;

public class CommandParserTests
{
    private static readonly CommandPalette[] Palettes = [ClusterCommands.ClusterPalette, ActorCommands.ActorPalette, EchoCommands.EchoPalette];

    [Fact]
    public void Values_are_found_by_the_name_of_their_argument()
    {
        var command = Parse("echo say hello --times=3 --loud");

        Assert.Equal("say", command.Name);
        Assert.Same(EchoCommands.EchoPalette, command.Palette);
        Assert.Equal("hello", command.GetValue("text"));
        Assert.Equal("3", command.GetValue("times"));
        Assert.True(command.Has("loud"));
        Assert.Equal([Tuple.Create("text", "hello"), Tuple.Create("--times", "3"), Tuple.Create("--loud", "")], command.Arguments);
        Assert.Equal("echo say text hello --times 3 --loud", command.ToString());
    }

    [Fact]
    public void What_was_not_given_has_no_value()
    {
        var command = Parse("cluster show");

        Assert.Null(command.GetValue("role"));
        Assert.Empty(command.Arguments);
        Assert.Throws<KeyNotFoundException>(() => command.GetValue("rule"));
    }

    [Theory]
    [InlineData("cluster show -r worker")]
    [InlineData("CLUSTER Show --role worker")]
    [InlineData("cluster show -R=worker")]
    public void A_switch_has_several_spellings(string text) => Assert.Equal("worker", Parse(text).GetValue("role"));

    [Fact]
    public void After_two_dashes_everything_counts_by_position() => Assert.Equal("--loud", Parse("echo say -- --loud").GetValue("text"));

    [Theory]
    [InlineData("", "No command was given. There are cluster, actor, echo.")]
    [InlineData("clutser show", "There are no commands called 'clutser'. Did you mean cluster? This node has cluster, actor, echo.")]
    [InlineData("zzzzzzzzzzzzzzz", "There are no commands called 'zzzzzzzzzzzzzzz'. This node has cluster, actor, echo.")]
    [InlineData("actor", "'actor' needs a command: hierarchy.")]
    [InlineData("cluster shwo", "There is no command 'cluster shwo'. Did you mean show? 'cluster' has show, status, join, leave, down, down-unreachable, tail.")]
    [InlineData("cluster show --rloe x", "cluster show: There is no switch --rloe. Did you mean --role? Usage: cluster show [-r ROLE]")]
    [InlineData("cluster show -r", "cluster show: -r needs a value. Usage: cluster show [-r ROLE]")]
    [InlineData("cluster show -r a --role b", "cluster show: --role is given twice. Usage: cluster show [-r ROLE]")]
    [InlineData("cluster show worker", "cluster show: 'worker' is one argument too many. Usage: cluster show [-r ROLE]")]
    [InlineData("cluster join", "cluster join: ADDRESS is missing: A node: akka.tcp://SYSTEM@HOST:PORT, or HOST:PORT. Usage: cluster join ADDRESS")]
    [InlineData("echo say x --loud=1", "echo say: --loud takes no value. Usage: echo say TEXT [-n TIMES] [--loud]")]
    public void What_is_wrong_is_said_with_the_nearest_word_and_the_usage(string text, string problem)
    {
        Assert.True(CommandText.TrySplit(text, out var words));
        var outcome = CommandParser.Parse(words, Palettes);

        Assert.Null(outcome.Command);
        Assert.Equal(problem, outcome.Problem);
    }

    [Fact]
    public void Random_words_never_make_the_parser_fail()
    {
        var random = new Random(20261127);
        string[] pool = ["cluster", "echo", "say", "show", "-r", "--role", "--role=", "--", "-", "", "=", "--times=2", "-n", "x", "--loud", "actor", "hierarchy", "-d", "\u0000", "é"];
        for (var i = 0; i < 100_000; i++)
        {
            var words = Enumerable.Range(0, random.Next(8)).Select(_ => pool[random.Next(pool.Length)]).ToList();
            var outcome = CommandParser.Parse(words, Palettes);
            Assert.True(outcome.Command is null != outcome.Problem is null, string.Join(' ', words));
        }
    }

    private static Command Parse(string text)
    {
        Assert.True(CommandText.TrySplit(text, out var words));
        var outcome = CommandParser.Parse(words, Palettes);
        Assert.Null(outcome.Problem);
        return outcome.Command!;
    }
}
