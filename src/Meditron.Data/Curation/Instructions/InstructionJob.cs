using System.Buffers;
using System.Text;
using Meditron.Data.Indexed;
using Meditron.Data.Tokenization;

namespace Meditron.Data.Curation.Instructions;

/// <summary>
/// Turns conversations into Megatron-LLM's two-file form: <c>-text</c> holds the tokens of each conversation as one sequence, <c>-role</c> the role of each
/// token. A turn is <c>&lt;|im_start|&gt;system|question|answer, line feed, text, &lt;|im_end|&gt;, line feed</c>. As in that trainer no document is ended, so the
/// index of documents is empty.
/// </summary>
public static class InstructionJob
{
    private static readonly string[] Names = ["system", "question", "answer"];

    /// <summary>Writes both datasets.</summary>
    /// <exception cref="DataException">An input is missing or damaged, the tokenizer lacks the tokens of conversations, or the output cannot be written.</exception>
    public static InstructionResult Run(InstructionOptions options, MeditronTokenizer tokenizer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (tokenizer.IdOf("<|im_start|>") is null || tokenizer.IdOf("<|im_end|>") is null)
        {
            throw new TokenizerModelException("could not tokenize conversations: the tokenizer has no tokens that begin and end a turn. Add the chat tokens to it.");
        }

        var (textPrefix, rolePrefix) = (options.OutputPrefix + "-text", options.OutputPrefix + "-role");
        using var texts = new IndexedDatasetWriter(textPrefix, TokenTypes.ForVocabulary(tokenizer.VocabularySize));
        using var roles = new IndexedDatasetWriter(rolePrefix, TokenType.UInt16);
        var tokens = new ArrayBufferWriter<int>();
        var rolesOfTokens = new List<int>();
        long conversations = 0, answers = 0;
        foreach (var turns in InstructionReader.Read(options))
        {
            cancellation.ThrowIfCancellationRequested();
            tokens.ResetWrittenCount();
            rolesOfTokens.Clear();
            foreach (var turn in turns)
            {
                tokenizer.Encode(Encoding.UTF8.GetBytes(Format(turn)), tokens);
                answers += turn.Role == InstructionRole.Assistant ? tokens.WrittenCount - rolesOfTokens.Count : 0;
                while (rolesOfTokens.Count < tokens.WrittenCount)
                {
                    rolesOfTokens.Add((int)turn.Role);
                }
            }

            texts.AddSequence(tokens.WrittenSpan);
            roles.AddSequence(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rolesOfTokens));
            conversations++;
        }

        if (conversations == 0)
        {
            throw new Text.TextFormatException("could not tokenize conversations: there is none in the input. Name files that hold some.");
        }

        // The roles first: where the tokens have their name, both are complete.
        var details = new DatasetManifest { VocabularySize = tokenizer.VocabularySize, TokenizerHash = tokenizer.Hash };
        roles.Complete();
        texts.Complete(details);
        return new InstructionResult(textPrefix, rolePrefix, conversations, texts.Tokens, answers);
    }

    /// <summary>A turn as it is tokenized.</summary>
    public static string Format(InstructionTurn turn) => $"<|im_start|>{Names[(int)turn.Role]}\n{turn.Text}<|im_end|>\n";
}
