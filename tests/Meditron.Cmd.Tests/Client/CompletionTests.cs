using Meditron.Cmd.Client;

namespace Meditron.Cmd.Tests.Client;

public class CompletionTests
{
    private static readonly CommandPalette[] Palettes = [ClusterCommands.ClusterPalette, ActorCommands.ActorPalette, LogCommands.LogPalette, EchoCommands.EchoPalette];

    [Theory]
    [InlineData("", "actor clear cluster echo exit help log quit")]
    [InlineData("cl", "clear cluster")]
    [InlineData("CLU", "cluster")]
    [InlineData("cluster ", "down down-unreachable join leave show status tail")]
    [InlineData("cluster s", "show status")]
    [InlineData("cluster show ", "--role")]
    [InlineData("cluster show --role worker ", "")]
    [InlineData("cluster show -r ", "")]
    [InlineData("actor hierarchy -s ", "/ /system /user")]
    [InlineData("actor hierarchy -s /s", "/system")]
    [InlineData("actor hierarchy -s /system --", "--depth")]
    [InlineData("log tail -l ", "debug error info warning")]
    [InlineData("echo say x --loud ", "--times")]
    [InlineData("help ", "actor cluster echo log")]
    [InlineData("help cluster ta", "tail")]
    [InlineData("nonsense ", "")]
    [InlineData("cluster nonsense ", "")]
    public void The_word_at_the_cursor_is_completed(string line, string expected)
    {
        var result = Completion.Complete(line, line.Length, Palettes);

        Assert.Equal(expected, string.Join(' ', result.Candidates));
        Assert.Equal(line.LastIndexOf(' ') + 1, result.Start);
    }

    [Fact]
    public void What_is_behind_the_cursor_does_not_count() =>
        Assert.Equal(["cluster"], Completion.Complete("clus show", 4, Palettes).Candidates);

    [Theory]
    [InlineData("down down-unreachable", "down")]
    [InlineData("show status", "s")]
    [InlineData("join leave", "")]
    [InlineData("tail", "tail")]
    [InlineData("", "")]
    public void What_all_candidates_share_is_found(string candidates, string common) =>
        Assert.Equal(common, Completion.Common(candidates.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void Help_explains_everything_one_palette_or_one_command()
    {
        var (all, _) = HelpText.Of([], Palettes);
        Assert.Contains("cluster: Members of the cluster", all, StringComparison.Ordinal);
        Assert.Contains("  cluster show [-r ROLE]  ", all, StringComparison.Ordinal);

        Assert.StartsWith("log: The log of a node", HelpText.Of(["log"], Palettes).Text, StringComparison.Ordinal);
        var (tail, _) = HelpText.Of(["log", "tail"], Palettes);
        Assert.StartsWith("Usage: log tail [-l LEVEL] [-t TEXT]", tail, StringComparison.Ordinal);
        Assert.Contains("-l, -L, --level  Only entries of this level and above. For example debug, info, warning, error.", tail, StringComparison.Ordinal);

        Assert.Equal(("There is no command 'log tial'. Did you mean tail? 'log' has view, peek, tail.", false), HelpText.Of(["log", "tial"], Palettes));
        Assert.False(HelpText.Of(["lgo"], Palettes).Found);
    }

    [Fact]
    public void Text_of_a_node_cannot_steer_the_terminal()
    {
        Assert.Equal("a\tb\nc", TerminalText.Clean("a\tb\nc"));
        Assert.Equal("?[2J?]0;title?", TerminalText.Clean("\u001b[2J\u001b]0;title\u0007"));
        Assert.Equal("x?31m", TerminalText.Clean("x\u009b31m"));
    }
}
