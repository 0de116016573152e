using Meditron.Cmd.Parsing;

namespace Meditron.Cmd.Tests.Parsing;

public class CommandTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  cluster   show\t-r worker ", "cluster|show|-r|worker")]
    [InlineData("log view -t \"two words\"", "log|view|-t|two words")]
    [InlineData("a 'b \"c\" d' e", "a|b \"c\" d|e")]
    [InlineData(@"a\ b \""c", "a b|\"c")]
    [InlineData("say ''", "say|")]
    [InlineData(@"x 'a\b' y\", @"x|a\b|y\")]
    [InlineData("pre\"fix ed\"post", "prefix edpost")]
    public void A_line_is_split_as_a_shell_does(string line, string expected)
    {
        Assert.True(CommandText.TrySplit(line, out var words));
        Assert.Equal(expected, string.Join('|', words));
    }

    [Theory]
    [InlineData("say \"no end")]
    [InlineData("say 'no end")]
    public void A_quote_without_an_end_is_no_line(string line) => Assert.False(CommandText.TrySplit(line, out _));
}
