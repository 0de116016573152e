using System.Text;

namespace Meditron.Cli.Jobs;

/// <summary>Reads the lines that are appended to a file; one that has become shorter is read from its beginning.</summary>
internal sealed class LineTail(string path)
{
    private readonly byte[] buffer = new byte[1 << 16];
    private readonly List<byte> rest = [];
    private long position;

    /// <summary>Leaves out what is there now.</summary>
    public void SkipToEnd() => position = File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>The whole lines that have come since.</summary>
    public IReadOnlyList<string> Read()
    {
        var lines = new List<string>();
        try
        {
            // Opened anew, since the file may have been replaced by another one.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length < position)
            {
                position = 0;
                rest.Clear();
            }

            stream.Position = position;
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                Split(buffer.AsSpan(0, count), lines);
            }

            position = stream.Position;
        }
        catch (FileNotFoundException)
        {
            // It is not there yet, or is being replaced.
        }

        return lines;
    }

    private void Split(ReadOnlySpan<byte> bytes, List<string> lines)
    {
        for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
        {
            rest.AddRange(bytes[..end]);
            lines.Add(Encoding.UTF8.GetString([.. rest]));
            rest.Clear();
        }

        rest.AddRange(bytes);
    }
}
