using System.Globalization;
using Meditron.Llama;

namespace Meditron.Training.Tests.Parity;

/// <summary>A model and batch shape as the peer's flags give it.</summary>
public sealed record ParityShape(string Name, int Vocab, int Hidden, int Layers, int Heads, int KvHeads, int Ffn, int Seq, int Batch)
{
    /// <summary>Shapes whose oracle is committed, so that parity is tested without the peer as well.</summary>
    public static readonly ParityShape[] Committed =
    [
        new("gqa", 37, 16, 2, 4, 2, 40, 9, 2),
        new("mha-odd", 29, 12, 1, 2, 2, 25, 7, 3),
        new("one-group", 23, 24, 2, 4, 1, 33, 17, 1),
    ];

    /// <summary>Shapes computed by the peer when it is there: GQA and MHA, odd sizes, batch 1, T not a multiple of 16.</summary>
    public static readonly ParityShape[] Live =
    [
        new("gqa-small", 64, 32, 2, 4, 2, 64, 16, 2),
        new("mha-small", 64, 32, 2, 4, 4, 64, 16, 2),
        new("one-token", 17, 16, 1, 2, 1, 24, 1, 1),
        new("batch-1", 97, 48, 2, 6, 3, 80, 33, 1),
        new("odd-everything", 101, 36, 3, 6, 2, 75, 37, 3),
        new("deep", 128, 32, 6, 4, 2, 86, 24, 2),
        new("wide-heads", 200, 256, 1, 2, 1, 300, 65, 1),
        new("narrow-heads", 90, 24, 2, 12, 4, 50, 50, 2),
        new("eight-per-group", 150, 128, 2, 8, 1, 172, 100, 1),
        new("long", 61, 32, 1, 2, 2, 40, 257, 1),
        new("wide-vocabulary", 1031, 40, 1, 4, 2, 64, 31, 2),
        new("head-64", 300, 128, 2, 2, 2, 344, 64, 4),
        new("head-80", 120, 160, 1, 2, 1, 100, 45, 2),
    ];

    /// <summary>The model.</summary>
    public LlamaConfig Model => new()
    {
        VocabularySize = Vocab, HiddenSize = Hidden, Layers = Layers, Heads = Heads, KvHeads = KvHeads, FfnSize = Ffn, MaxPositions = Seq,
    };

    /// <summary>The peer's flags.</summary>
    public IEnumerable<string> Flags
    {
        get
        {
            (string Name, int Value)[] flags =
                [("vocab", Vocab), ("hidden", Hidden), ("layers", Layers), ("heads", Heads), ("kv-heads", KvHeads), ("ffn", Ffn), ("seq", Seq), ("batch", Batch)];
            return flags.SelectMany(flag => new[] { "--" + flag.Name, flag.Value.ToString(CultureInfo.InvariantCulture) });
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
