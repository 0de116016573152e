using System.Buffers.Binary;
using System.Text;

namespace Meditron.Data.Tests.Fixtures;

/// <summary>The bytes of a SentencePiece model put together field by field, of any size and without training.</summary>
internal static class HandMadeModel
{
    private const int Normal = 1, Unknown = 2, Control = 3, UnusedKind = 5, ByteKind = 6;

    public static byte[] Make(int vocabulary, bool withPad = false, string? extraPiece = null, int extraKind = Normal)
    {
        var model = new MemoryStream();
        var pieces = new List<(string Text, int Kind)> { ("<unk>", Unknown), ("<s>", Control), ("</s>", Control) };
        if (withPad)
        {
            pieces.Add(("<pad>", Control));
        }

        pieces.AddRange(Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", ByteKind)));
        pieces.AddRange(new[] { "▁", "a", "b", "▁a", "ab", "▁ab" }.Select(text => (text, Normal)));
        if (extraPiece is not null)
        {
            pieces.Add((extraPiece, extraKind));
        }

        while (pieces.Count < vocabulary)
        {
            pieces.Add(($"w{pieces.Count}", Normal));
        }

        var scores = 0;
        Span<byte> score = stackalloc byte[4];
        foreach (var (text, kind) in pieces)
        {
            var piece = new MemoryStream();
            Text(piece, 1, text);
            piece.WriteByte((2 << 3) | 5);
            BinaryPrimitives.WriteSingleLittleEndian(score, kind == Normal ? scores-- : 0);
            piece.Write(score);
            Number(piece, 3, kind);
            Bytes(model, 1, piece.ToArray());
        }

        var trainer = new MemoryStream();
        Number(trainer, 3, 2);
        Number(trainer, 35, 1);
        if (withPad)
        {
            Number(trainer, 43, 3);
        }

        Bytes(model, 2, trainer.ToArray());
        var normalizer = new MemoryStream();
        Text(normalizer, 1, "identity");
        Number(normalizer, 3, 1);
        Number(normalizer, 4, 0);
        Bytes(model, 3, normalizer.ToArray());
        return model.ToArray();
    }

    /// <summary>A model with a piece that is never given out.</summary>
    public static byte[] WithUnusedPiece() => Make(300, extraPiece: "ba", extraKind: UnusedKind);

    private static void Text(MemoryStream stream, int field, string text) => Bytes(stream, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(MemoryStream stream, int field, byte[] bytes)
    {
        Varint(stream, (field << 3) | 2);
        Varint(stream, bytes.Length);
        stream.Write(bytes);
    }

    private static void Number(MemoryStream stream, int field, int value)
    {
        Varint(stream, field << 3);
        Varint(stream, value);
    }

    private static void Varint(MemoryStream stream, int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }
}
