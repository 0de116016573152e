using System.Buffers;
using System.Text;
using Meditron.Data.Curation.Instructions;
using Meditron.Data.Indexed;
using Meditron.Data.Text;
using Meditron.Data.Tokenization;
using Meditron.Data.Tests.Fixtures;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation;

[Collection(TokenizerTests.Name)]
public sealed class InstructionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly MeditronTokenizer tokenizer;

    private readonly byte[] model;

    public InstructionTests(TokenizerFixture fixture)
    {
        model = fixture.Model;
        tokenizer = new MeditronTokenizer(SentencePieceTokenizer.Load(fixture.Model), MeditronTokenizerOptions.ForInstructions);
    }

    public void Dispose()
    {
        tokenizer.Dispose();
        folder.Dispose();
    }

    private InstructionOptions Options(params string[] lines)
    {
        File.WriteAllLines(folder.File("chat.jsonl"), lines);
        return new InstructionOptions { Inputs = [folder.File("chat.jsonl")], OutputPrefix = folder.File("chat") };
    }

    private int[] Encode(string text)
    {
        var tokens = new ArrayBufferWriter<int>();
        tokenizer.Encode(Encoding.UTF8.GetBytes(text), tokens);
        return tokens.WrittenSpan.ToArray();
    }

    [Fact]
    public void Tokens_and_roles_lie_side_by_side_and_no_document_is_ended()
    {
        var options = Options("{\"system\": \"Be brief.\", \"question\": \"What is fever?\", \"answer\": \"A high temperature.\"}", "{\"question\": \"And pain?\", \"answer\": \"A feeling.\"}");

        var result = InstructionJob.Run(options, tokenizer);

        using var texts = IndexedDataset.Open(result.TextPrefix);
        using var roles = IndexedDataset.Open(result.RolePrefix);
        string[] turns = ["<|im_start|>system\nBe brief.<|im_end|>\n", "<|im_start|>question\nWhat is fever?<|im_end|>\n", "<|im_start|>answer\nA high temperature.<|im_end|>\n"];
        Assert.Equal(turns.SelectMany(Encode), texts.Read(0));
        Assert.Equal(turns.SelectMany((t, role) => Enumerable.Repeat(role, Encode(t).Length)), roles.Read(0));
        Assert.Equal((2, 2, TokenType.UInt16), (texts.Sequences, roles.Sequences, roles.Type));
        Assert.Equal((0, 0), (texts.Documents, roles.Documents));
        Assert.Equal([1, 2], roles.Read(1).Distinct());
        Assert.Equal(roles.Read(0).Concat(roles.Read(1)).Count(r => r == 2), result.AnswerTokens);

        // D, the length of the index of documents, counts the leading zero alone.
        Assert.Equal(1, BitConverter.ToInt64(File.ReadAllBytes(result.TextPrefix + ".idx"), 26));
    }

    [Fact]
    public void A_record_without_an_answer_is_named_by_its_line()
    {
        var error = Assert.Throws<TextFormatException>(() => InstructionJob.Run(Options("{\"question\": \"a\", \"answer\": \"b\"}", "{\"question\": \"c\"}"), tokenizer));

        Assert.Equal(2, error.Line);
        Assert.False(File.Exists(folder.File("chat-text.idx")));
    }

    [Fact]
    public void A_tokenizer_without_chat_tokens_is_refused()
    {
        using var plain = new MeditronTokenizer(SentencePieceTokenizer.Load(model));

        Assert.Throws<TokenizerModelException>(() => InstructionJob.Run(Options("{\"question\": \"a\", \"answer\": \"b\"}"), plain));
    }
}
