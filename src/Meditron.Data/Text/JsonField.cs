using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Meditron.Data.Text;

/// <summary>Takes the text of one or more fields out of one line of JSON; for one thread at a time.</summary>
public sealed class JsonField
{
    private const int NamesShown = 12;

    private readonly byte[][] _names;
    private readonly string[] _fields;
    private readonly byte[] _separator;
    private readonly ArrayBufferWriter<byte>[] _values;
    private readonly bool[] _found;

    /// <summary>Takes the given fields, joined by the separator in the given order.</summary>
    public JsonField(IReadOnlyList<string> fields, string separator = "\n")
    {
        if (fields.Count == 0)
        {
            throw new ArgumentException("At least one field name is needed.", nameof(fields));
        }

        _fields = [.. fields];
        _names = [.. fields.Select(Encoding.UTF8.GetBytes)];
        _separator = Encoding.UTF8.GetBytes(separator);
        _values = [.. fields.Select(_ => new ArrayBufferWriter<byte>(1024))];
        _found = new bool[fields.Count];
    }

    /// <summary>Appends the text of a line's fields, in UTF-8; false for a blank line.</summary>
    /// <param name="json">One line, an object.</param>
    /// <param name="output">Where the text goes.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="line">The line's number, for messages.</param>
    /// <exception cref="TextFormatException">The line is not UTF-8, not an object, cut off, or has no such field with text in it.</exception>
    public bool Extract(ReadOnlySpan<byte> json, IBufferWriter<byte> output, string file, long line)
    {
        if (json.Trim(" \t\r"u8).IsEmpty)
        {
            return false;
        }

        if (!Utf8.IsValid(json))
        {
            throw new TextFormatException($"the line is not valid UTF-8 (byte {FirstInvalidByte(json)}). Convert the file to UTF-8.", file, line);
        }

        Array.Clear(_found);
        try
        {
            ReadObject(json, file, line);
        }
        catch (JsonException reason)
        {
            throw NotJson(json, file, line, reason);
        }

        for (var i = 0; i < _fields.Length; i++)
        {
            if (!_found[i])
            {
                throw new TextFormatException($"there is no field \"{_fields[i]}\"; {FieldsOf(json)}. Name one of them.", file, line);
            }
        }

        for (var i = 0; i < _fields.Length; i++)
        {
            if (i > 0)
            {
                output.Write(_separator);
            }

            output.Write(_values[i].WrittenSpan);
        }

        return true;
    }

    private static TextFormatException NotJson(ReadOnlySpan<byte> json, string file, long line, JsonException reason)
    {
        var start = json.TrimStart(" \t"u8);
        if (start[0] != (byte)'{')
        {
            return new TextFormatException(
                $"the line is not a JSON object, it begins with \"{Beginning(start)}\". Write one object a line (JSON Lines).", file, line, reason);
        }

        var cut = reason.BytePositionInLine >= json.Length;
        return cut
            ? new TextFormatException($"the JSON object does not end; the file may be truncated. Copy it again, or delete the line.", file, line, reason)
            : new TextFormatException($"the line is not JSON from byte {reason.BytePositionInLine + 1} on. Write one object a line (JSON Lines).", file, line, reason);
    }

    private static string Beginning(ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 24)]).TrimEnd('\uFFFD');
        return text.Length > 24 ? shown + "…" : shown;
    }

    private static int FirstInvalidByte(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == OperationStatus.Done)
        {
            at += length;
        }

        return at + 1;
    }

    private static string FieldsOf(ReadOnlySpan<byte> json)
    {
        var names = new List<string>();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            names.Add($"\"{reader.GetString()}\"");
            reader.Skip();
        }

        return names.Count switch
        {
            0 => "the object has no fields",
            > NamesShown => $"the fields are {string.Join(", ", names.Take(NamesShown))} and {names.Count - NamesShown} more",
            _ => $"the fields are {string.Join(", ", names)}",
        };
    }

    private void ReadObject(ReadOnlySpan<byte> json, string file, long line)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Find(ref reader);
            reader.Read();
            if (field < 0)
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType != JsonTokenType.String)
            {
                var kind = reader.TokenType switch
                {
                    JsonTokenType.Null => "null",
                    JsonTokenType.Number => "a number",
                    JsonTokenType.StartArray => "an array",
                    JsonTokenType.StartObject => "an object",
                    _ => "true or false",
                };
                throw new TextFormatException($"the field \"{_fields[field]}\" is {kind}, text was expected. Name a field of text.", file, line);
            }

            // As most readers of JSON do, the last of several fields of one name counts.
            var value = _values[field];
            value.ResetWrittenCount();
            try
            {
                value.Advance(reader.CopyString(value.GetSpan(Math.Max(1, reader.ValueSpan.Length))));
            }
            catch (InvalidOperationException reason)
            {
                throw new TextFormatException(
                    $"the field \"{_fields[field]}\" has an escape that is half a character (a lone surrogate). Correct or delete the line.", file, line, reason);
            }

            _found[field] = true;
        }

        // Reads the end, and throws on anything after it.
        reader.Read();
    }

    private int Find(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (reader.ValueTextEquals(_names[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
