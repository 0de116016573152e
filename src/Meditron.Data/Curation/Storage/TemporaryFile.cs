using Meditron.Data.Curation.Analysis;

namespace Meditron.Data.Curation.Storage;

/// <summary>
/// A file being written under a temporary name; it takes its own name only when it is whole and flushed to the disk, so that a file with its own name is never
/// half written. Disposed without <see cref="Commit"/>, it is removed.
/// </summary>
public sealed class TemporaryFile : IDisposable
{
    /// <summary>What the names of unfinished files end in.</summary>
    public const string Suffix = ".tmp";

    private const int BufferBytes = 1 << 18;
    private readonly string path;
    private readonly byte[] buffer = new byte[BufferBytes];
    private FileStream? file;
    private int buffered;

    /// <summary>Starts the file; its folder is made where it is missing.</summary>
    public TemporaryFile(string path)
    {
        this.path = path;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            file = new FileStream(path + Suffix, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed("created", e);
        }
    }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>A hash of the bytes, in the blocks they reached the file in.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="CurationException">The disk is full or fails; what was committed before is untouched.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var part = Math.Min(bytes.Length, buffer.Length - buffered);
            bytes[..part].CopyTo(buffer.AsSpan(buffered));
            buffered += part;
            bytes = bytes[part..];
            if (buffered == buffer.Length)
            {
                Flush();
            }
        }
    }

    /// <summary>Flushes the file to the disk and gives it its name, replacing a file of that name.</summary>
    public void Commit()
    {
        Flush();
        try
        {
            file!.Flush(flushToDisk: true);
            file.Dispose();
            file = null;
            File.Move(path + Suffix, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed("completed", e);
        }
    }

    /// <summary>Writes a whole file.</summary>
    public static void WriteAll(string path, ReadOnlySpan<byte> content)
    {
        using var whole = new TemporaryFile(path);
        whole.Write(content);
        whole.Commit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (file is not null)
        {
            file.Dispose();
            file = null;
            File.Delete(path + Suffix);
        }
    }

    private void Flush()
    {
        try
        {
            file!.Write(buffer, 0, buffered);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed("written", e);
        }

        Hash = Hash64.Of(buffer.AsSpan(0, buffered), Hash);
        buffered = 0;
    }

    private CurationException Failed(string what, Exception e) =>
        new($"{path} could not be {what}: {e.Message} Nothing finished before is lost; make room or correct the permissions and run the same command again to go on from there.", e);
}
