using Meditron.Data.Tokenization;

namespace Meditron.Data.Tests.Fixtures;

/// <summary>A small model, trained once for all tests that tokenize.</summary>
public sealed class TokenizerFixture : IDisposable
{
    public TokenizerFixture()
    {
        Model = SentencePieceTrainer.Train(SampleText.Corpus(), new SentencePieceTrainerOptions { VocabularySize = 500 });
        Plain = SentencePieceTokenizer.Load(Model);
        Meditron = new MeditronTokenizer(SentencePieceTokenizer.Load(Model));
    }

    public byte[] Model { get; }

    public SentencePieceTokenizer Plain { get; }

    public MeditronTokenizer Meditron { get; }

    public void Dispose()
    {
        Plain.Dispose();
        Meditron.Dispose();
    }
}

/// <summary>Names the tests that share the model.</summary>
[CollectionDefinition(Name)]
public sealed class TokenizerTests : ICollectionFixture<TokenizerFixture>
{
    public const string Name = "tokenizer";
}
