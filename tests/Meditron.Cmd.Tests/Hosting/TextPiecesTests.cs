using Meditron.Cmd.Hosting;

namespace Meditron.Cmd.Tests.Hosting;

public class TextPiecesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData("aa\nbb\ncc", "aa|bb|cc")]
    [InlineData("a\nb\ncc", "a\nb|cc")]
    [InlineData("abcdef", "abc|def")]
    [InlineData("abcdefg", "abc|def|g")]
    [InlineData("\n\nabc", "\n|abc")]
    public void Text_is_cut_between_lines_where_it_can_be(string text, string pieces) => Assert.Equal(pieces, string.Join('|', TextPieces.Of(text, 3)));

    [Fact]
    public void No_character_is_cut_in_two()
    {
        const string Faces = "😀😀😀";
        Assert.Equal(["😀", "😀", "😀"], TextPieces.Of(Faces, 3));
        Assert.Equal("😀...", TextPieces.Cut(Faces, 3));
    }

    [Fact]
    public void The_pieces_of_any_text_make_up_that_text()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => "ab\n"[random.Next(3)])]);
            var pieces = TextPieces.Of(text, 4).ToList();
            Assert.All(pieces, piece => Assert.InRange(piece.Length, 0, 4));
            Assert.Equal(text.Replace("\n", "", StringComparison.Ordinal), string.Concat(pieces).Replace("\n", "", StringComparison.Ordinal));
        }
    }
}
