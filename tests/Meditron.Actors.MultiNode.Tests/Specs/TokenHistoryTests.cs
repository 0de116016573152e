using Meditron.ActorNode.Driver;

namespace Meditron.Actors.MultiNode.Tests.Specs;

/// <summary>The judge of the specs must itself find two singletons at once.</summary>
public class TokenHistoryTests
{
    [Theory]
    [InlineData("a start, a beat, a stop, b start, b beat, b stop")]
    [InlineData("a start, a beat, a stop, a start, a beat")]
    [InlineData("a start, a beat")]
    public void One_after_the_other_is_fine(string history) => Assert.Null(TokenHistory.FindTwoAtOnce(Parse(history), []));

    [Theory]
    [InlineData("a start, a beat, b start, a beat-refused")]
    [InlineData("a start, b start, b beat")]
    [InlineData("a start, b start, a stop-refused, b beat")]
    [InlineData("a start, a stop, a beat")]
    [InlineData("a start, a stop, b start, a stop-refused")]
    public void Two_at_once_are_found(string history) => Assert.NotNull(TokenHistory.FindTwoAtOnce(Parse(history), []));

    [Theory]
    [InlineData("a start, a beat, b start, b beat")]
    [InlineData("a start, a beat, b start, a beat-refused, a stop-refused, b beat")]
    public void Of_a_process_ended_by_force_no_word_is_expected(string history) => Assert.Null(TokenHistory.FindTwoAtOnce(Parse(history), ['a']));

    [Theory]
    [InlineData("a start, b start, a beat")]
    [InlineData("a start, b start, c start, a beat-refused")]
    public void A_write_that_was_not_refused_is_found_even_so(string history) => Assert.NotNull(TokenHistory.FindTwoAtOnce(Parse(history), ['a']));

    [Fact]
    public void A_count_that_does_not_go_on_is_found() =>
        Assert.NotNull(TokenHistory.FindTwoAtOnce([new TokenWrite("a", 'a', 1, "start", true), new TokenWrite("a", 'a', 3, "beat", true)], []));

    private static List<TokenWrite> Parse(string history)
    {
        var counter = 0;
        return history.Split(", ").Select(text =>
        {
            var what = text[2..].Replace("-refused", "", StringComparison.Ordinal);
            var held = !text.EndsWith("-refused", StringComparison.Ordinal);
            counter += held ? 1 : 0;
            return new TokenWrite(text[..1], text[0], counter, what, held);
        }).ToList();
    }
}
