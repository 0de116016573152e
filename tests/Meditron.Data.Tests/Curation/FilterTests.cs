using Meditron.Data.Curation;
using Meditron.Data.Curation.Filters;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Tests.Curation;

public class FilterTests
{
    private static StepResult Apply(IDocumentStep step, string text) => step.Apply(new CorpusDocument { Id = "1", Subset = "s", Text = text });

    [Fact]
    public void Short_and_long_documents_are_dropped_for_their_length()
    {
        var filter = new LengthFilter(new LengthSettings { MinCharacters = 10, MinWords = 3, MaxCharacters = 50 });

        Assert.Equal(DropReason.TooShort, Apply(filter, "tiny").Reason);
        Assert.Equal(DropReason.TooShort, Apply(filter, "onlytwo words").Reason);
        Assert.Equal(DropReason.TooLong, Apply(filter, new string('x', 20) + " y " + new string('z', 40)).Reason);
        Assert.True(Apply(filter, "just three words").IsKept);
    }

    [Fact]
    public void Documents_of_digits_and_symbols_are_dropped_for_their_letters()
    {
        var filter = new LettersFilter(new LettersSettings());

        Assert.Equal(DropReason.Letters, Apply(filter, "12.5 | 33.1 | 44.0 | n = 12").Reason);
        Assert.Equal(DropReason.Letters, Apply(filter, "").Reason);
        Assert.True(Apply(filter, "Ärzte, naïve: a café in Zürich (1998).").IsKept);
    }

    [Fact]
    public void Repeated_lines_paragraphs_and_ngrams_are_told_apart()
    {
        var filter = new RepetitionFilter(new RepetitionSettings { MinWords = 10, MaxDuplicateLines = 0.5 });
        var line = "the same line again and again";
        var paragraph = "one part of a paragraph\nand another part of it";

        Assert.Equal(DropReason.RepeatedLines, Apply(filter, string.Join('\n', Enumerable.Repeat(line, 10))).Reason);
        Assert.Equal(DropReason.RepeatedParagraphs, Apply(new RepetitionFilter(new RepetitionSettings { MinWords = 10, MaxDuplicateLines = 1 }), string.Join("\n\n", Enumerable.Repeat(paragraph, 10))).Reason);
        Assert.Equal(DropReason.RepeatedNgrams, Apply(filter, string.Join(' ', Enumerable.Repeat(SmallCorpus.Text(1, 30), 5))).Reason);
        Assert.True(Apply(filter, SmallCorpus.Text(1, 300)).IsKept);
    }

    [Fact]
    public void Short_documents_are_not_judged_for_repetition()
    {
        Assert.True(Apply(new RepetitionFilter(new RepetitionSettings()), "yes\nyes\nyes\nyes").IsKept);
    }
}
