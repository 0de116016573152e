using Meditron.Data.Indexed;
using Meditron.Data.Inspection;
using Meditron.Data.Tests.Fixtures;
using Meditron.Data.Tokenization;
using Meditron.Testing;

namespace Meditron.Data.Tests.Inspection;

[Collection(TokenizerTests.Name)]
public sealed class DatasetInspectionTests(TokenizerFixture tokenizers)
{
    [Fact]
    public void Counts_lengths_and_entropy_are_those_of_the_tokens()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new IndexedDatasetWriter(folder.File("data"), TokenType.UInt16))
        {
            writer.AddDocument([5, 5, 5, 5]);
            writer.AddDocument([6]);
            writer.AddSequence([7, 7]);
            writer.AddDocument([8, 8, 8, 8, 8, 8, 8]);
            writer.Complete();
        }

        using var dataset = IndexedDataset.Open(folder.File("data"));
        var summary = DatasetInspection.Inspect(dataset, samples: 2);
        Assert.Equal((3L, 4L, 14L), (summary.Documents, summary.Sequences, summary.Tokens));
        Assert.Equal((1, 2, 7), (summary.Shortest, summary.Median, summary.Longest));
        Assert.Equal([new LengthBucket(1, 1, 1), new LengthBucket(2, 3, 1), new LengthBucket(4, 7, 2)], summary.Histogram);
        Assert.Equal((8, 4), (summary.LargestToken, summary.DistinctTokens));
        var expected = new[] { 4, 1, 2, 7 }.Sum(count => -count / 14.0 * Math.Log(count / 14.0));
        Assert.Equal(expected, summary.UnigramEntropy, 12);
        Assert.Equal(2, summary.Samples.Count);
    }

    [Fact]
    public void Samples_are_decoded_and_another_tokenizer_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.jsonl"), "{\"text\": \"a patient\"}");
        var result = new TokenizeJob(new TokenizeOptions { Inputs = [folder.File("a.jsonl")], OutputPrefix = folder.File("out") }, tokenizers.Meditron).Run();
        using var dataset = IndexedDataset.Open(result.Prefix);
        Assert.Equal("a patient<EOD>", DatasetInspection.Inspect(dataset, tokenizers.Meditron).Samples[0].Text);
        Assert.Throws<VocabularyException>(() => DatasetInspection.Inspect(dataset, tokenizers.Plain));
    }
}
