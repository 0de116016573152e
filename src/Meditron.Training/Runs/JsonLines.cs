using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Meditron.Training.Runs;

/// <summary>Appends and reads files of one JSON object a line; a last line cut off by a crash is dropped when appending goes on.</summary>
public static class JsonLines
{
    /// <summary>Appends one line.</summary>
    internal static void Append<T>(string path, T value, JsonTypeInfo<T> type)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(value, type);
        using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = EndOfWholeLines(stream);
        stream.SetLength(stream.Position);
        stream.Write(line);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>Parses a line; null where it cannot be.</summary>
    internal static T? Parse<T>(string line, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads the lines that parse; a last line without its end is left out.</summary>
    internal static IEnumerable<T> Read<T>(string path, JsonTypeInfo<T> type)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        var text = File.ReadAllText(path);
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        foreach (var line in whole.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (JsonSerializer.Deserialize(line, type) is { } value)
            {
                yield return value;
            }
        }
    }

    /// <summary>Rewrites the file with the lines that pass, atomically.</summary>
    internal static void Keep<T>(string path, JsonTypeInfo<T> type, Func<T, bool> keep)
    {
        if (!File.Exists(path))
        {
            return;
        }

        var lines = Read(path, type).Where(keep).ToList();
        var partial = path + ".partial";
        try
        {
            using var stream = File.Create(partial);
            foreach (var line in lines)
            {
                JsonSerializer.Serialize(stream, line, type);
                stream.WriteByte((byte)'\n');
            }

            stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // What is there of it takes the room that is missing.
            File.Delete(partial);
            throw;
        }

        File.Move(partial, path, overwrite: true);
    }

    private static long EndOfWholeLines(FileStream stream)
    {
        var position = stream.Length;
        while (position > 0)
        {
            stream.Position = position - 1;
            if (stream.ReadByte() == '\n')
            {
                return position;
            }

            position--;
        }

        return 0;
    }
}
