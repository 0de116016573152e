using System.Buffers.Binary;
using System.Text.Json;

namespace Meditron.Torch.Safetensors;

/// <summary>The header of a safetensors file: parsed and checked to the last byte before anything is read, or built for a new file.</summary>
public sealed class SafetensorsHeader
{
    /// <summary>No header may be longer, as in the format's reference implementation.</summary>
    public const long LongestHeader = 100_000_000;

    private const string WhatToDo = "Copy or download the file again; if it was written by a program, that program is at fault.";

    private SafetensorsHeader(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata, long dataStart, long fileLength)
    {
        Entries = entries;
        Metadata = metadata;
        DataStart = dataStart;
        FileLength = fileLength;
    }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Free text under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The first byte of data in the file.</summary>
    public long DataStart { get; }

    /// <summary>The length of the whole file.</summary>
    public long FileLength { get; }

    /// <summary>The length of the JSON text, from the file's first eight bytes.</summary>
    /// <exception cref="SafetensorsException">The file is too short, or the length is absurd.</exception>
    public static int ReadLength(string path, ReadOnlySpan<byte> firstBytes, long fileLength)
    {
        if (firstBytes.Length < 8)
        {
            throw new SafetensorsException(path, $"has {firstBytes.Length} bytes, and a safetensors file has at least 8. {WhatToDo}");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(firstBytes);
        if (length > LongestHeader)
        {
            throw new SafetensorsException(path, $"gives its header {length} bytes, more than the {LongestHeader} allowed: it is no safetensors file, or its first bytes are damaged. {WhatToDo}");
        }

        return length <= (ulong)Math.Max(0, fileLength - 8)
            ? (int)length
            : throw new SafetensorsException(path, $"gives its header {length} bytes and has {fileLength - 8} after the length: it is truncated or damaged. {WhatToDo}");
    }

    /// <summary>Parses the JSON text, and checks every bound, overlap, gap, size, type and name against the file's length.</summary>
    /// <exception cref="SafetensorsException">Anything is wrong.</exception>
    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long fileLength)
    {
        var dataStart = 8L + json.Length;
        List<SafetensorsEntry> entries = [];
        Dictionary<string, string> metadata = [];
        try
        {
            ReadObject(path, json, dataStart, entries, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new SafetensorsException(path, $"has a header that is not the JSON a safetensors file needs ({e.Message}). {WhatToDo}", e);
        }

        entries.Sort((a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.ByteLength.CompareTo(b.ByteLength));
        CheckLayout(path, entries, dataStart, fileLength);
        return new SafetensorsHeader(entries, metadata, dataStart, fileLength);
    }

    /// <summary>Lays out a new file: wider elements first (so that each tensor is aligned to its element), the data from a multiple of 64 bytes on.</summary>
    internal static (SafetensorsHeader Header, byte[] Bytes) Build(
        string path, IEnumerable<(string Name, ScalarType Dtype, IReadOnlyList<long> Shape)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        metadata ??= new Dictionary<string, string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        List<SafetensorsEntry> relative = [];
        var at = 0L;
        foreach (var (name, dtype, shape) in tensors.OrderByDescending(t => t.Dtype.Size()))
        {
            if (name == "__metadata__" || !names.Add(name))
            {
                throw new SafetensorsException(path, $"cannot hold two tensors of the name '{name}'.");
            }

            var bytes = ByteLength(dtype, shape) ?? throw new SafetensorsException(path, $"cannot hold the tensor '{name}' of shape [{string.Join(", ", shape)}].");
            relative.Add(new SafetensorsEntry(name, dtype, [.. shape], at, bytes));
            at = checked(at + bytes);
        }

        var json = WriteJson(relative, metadata);
        var padded = ((8 + json.Length + 63) / 64 * 64) - 8;
        var file = new byte[8 + padded];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)padded);
        json.CopyTo(file, 8);
        file.AsSpan(8 + json.Length).Fill((byte)' ');
        var header = new SafetensorsHeader([.. relative.Select(e => e with { Offset = e.Offset + file.Length })], metadata, file.Length, file.Length + at);
        return (header, file);
    }

    private static byte[] WriteJson(List<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata)
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            foreach (var entry in entries)
            {
                writer.WriteStartObject(entry.Name);
                writer.WriteString("dtype", SafetensorsTypes.NameOf(entry.Dtype));
                writer.WriteStartArray("shape");
                foreach (var size in entry.Shape)
                {
                    writer.WriteNumberValue(size);
                }

                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(entry.Offset);
                writer.WriteNumberValue(entry.Offset + entry.ByteLength);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void ReadObject(string path, ReadOnlySpan<byte> json, long dataStart, List<SafetensorsEntry> entries, Dictionary<string, string> metadata)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw new SafetensorsException(path, $"has a header that does not begin with '{{': it is no safetensors file. {WhatToDo}");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!names.Add(name))
            {
                throw new SafetensorsException(path, $"has two entries of the name '{name}'. {WhatToDo}");
            }

            reader.Read();
            if (name == "__metadata__")
            {
                ReadMetadata(path, ref reader, metadata);
            }
            else
            {
                entries.Add(ReadEntry(path, name, ref reader, dataStart));
            }
        }

        // The text must end here; only spaces may follow, and the reader throws on anything else.
        while (reader.Read())
        {
        }
    }

    private static void ReadMetadata(string path, ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new SafetensorsException(path, $"has a '__metadata__' that is not an object of strings. {WhatToDo}");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            metadata[key] = reader.TokenType == JsonTokenType.String
                ? reader.GetString()!
                : throw new SafetensorsException(path, $"has under '__metadata__' a '{key}' that is not a string. {WhatToDo}");
        }
    }

    private static SafetensorsEntry ReadEntry(string path, string name, ref Utf8JsonReader reader, long dataStart)
    {
        SafetensorsException Wrong(string what) => new(path, $"the tensor '{name}' {what}. {WhatToDo}");
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong("is not described by an object");
        }

        string? dtype = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString();
            reader.Read();
            switch (key)
            {
                case "dtype":
                    dtype = reader.TokenType == JsonTokenType.String ? reader.GetString() : throw Wrong("has a dtype that is not a string");
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader) ?? throw Wrong("has a shape that is not a list of non-negative integers");
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref reader) ?? throw Wrong("has data_offsets that are not two non-negative integers");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (dtype is null || shape is null || offsets is not { Count: 2 })
        {
            throw Wrong("lacks its dtype, its shape or its two data_offsets");
        }

        if (!SafetensorsTypes.TryParse(dtype, out var type))
        {
            throw Wrong($"has elements of type '{dtype}', and only {SafetensorsTypes.Names} can be read");
        }

        var expected = ByteLength(type, shape) ?? throw Wrong($"has a shape [{string.Join(", ", shape)}] larger than any file");
        if (offsets[0] > offsets[1] || offsets[1] - offsets[0] != expected)
        {
            throw Wrong($"lies at bytes {offsets[0]} to {offsets[1]} of the data, and {dtype}[{string.Join(", ", shape)}] needs {expected} bytes");
        }

        return offsets[1] > long.MaxValue - dataStart
            ? throw Wrong($"lies at bytes {offsets[0]} to {offsets[1]} of the data, which no file has")
            : new SafetensorsEntry(name, type, shape, dataStart + offsets[0], expected);
    }

    private static List<long>? ReadNumbers(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private static void CheckLayout(string path, List<SafetensorsEntry> entries, long dataStart, long fileLength)
    {
        var at = dataStart;
        string? before = null;
        foreach (var entry in entries)
        {
            if (entry.Offset + entry.ByteLength > fileLength)
            {
                throw new SafetensorsException(path, $"has {fileLength} bytes, and the tensor '{entry.Name}' ends at byte {entry.Offset + entry.ByteLength}: the file is truncated. {WhatToDo}");
            }

            if (entry.Offset < at)
            {
                throw new SafetensorsException(path, $"the tensors '{before}' and '{entry.Name}' overlap at byte {entry.Offset}. {WhatToDo}");
            }

            if (entry.Offset > at)
            {
                throw new SafetensorsException(path, $"has {entry.Offset - at} bytes before the tensor '{entry.Name}' that belong to no tensor. {WhatToDo}");
            }

            at = entry.Offset + entry.ByteLength;
            before = entry.Name;
        }

        if (at != fileLength)
        {
            throw new SafetensorsException(path, $"has {fileLength} bytes, and its header describes {at}. {WhatToDo}");
        }
    }

    private static long? ByteLength(ScalarType type, IReadOnlyList<long> shape)
    {
        var bytes = (Int128)type.Size();
        foreach (var size in shape)
        {
            if (size < 0)
            {
                return null;
            }

            bytes *= size;
            if (bytes > long.MaxValue)
            {
                return null;
            }
        }

        return (long)bytes;
    }
}
