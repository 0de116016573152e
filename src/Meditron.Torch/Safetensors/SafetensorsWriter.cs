using Microsoft.Win32.SafeHandles;

namespace Meditron.Torch.Safetensors;

/// <summary>
/// Writes a safetensors file whose tensors are declared first and then given in any order, each straight from its memory. The file appears
/// under its name whole and flushed, on <see cref="Complete"/>, or not at all.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    private const int ChunkBytes = 16 << 20;

    private readonly string path;
    private readonly string temporary;
    private readonly Dictionary<string, SafetensorsEntry> missing;
    private readonly SafeFileHandle file;
    private readonly BlockStream? stream;
    private bool completed;

    /// <summary>Creates the file under a temporary name (with <c>.partial</c> added) in its final size, so that a full disk shows at once.</summary>
    /// <param name="path">The file's name once it is complete.</param>
    /// <param name="tensors">Every tensor that will be written. The file has wider elements first, else this order.</param>
    /// <param name="metadata">Free text for the header.</param>
    /// <param name="blocks">Sees the file's blocks of 4 MiB in their order; the tensors must then be given in the order of the file, too.</param>
    /// <exception cref="SafetensorsException">Two tensors have one name, or the file cannot be created.</exception>
    public SafetensorsWriter(
        string path, IEnumerable<(string Name, ScalarType Dtype, IReadOnlyList<long> Shape)> tensors, IReadOnlyDictionary<string, string>? metadata = null,
        BlockObserver? blocks = null)
    {
        this.path = path;
        temporary = path + ".partial";
        (Header, var bytes) = SafetensorsHeader.Build(path, tensors, metadata);
        missing = Header.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        try
        {
            file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, Header.FileLength);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }

        stream = blocks is null ? null : new BlockStream(file, blocks);
        Put(bytes, 0);
    }

    /// <summary>The layout of the file.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Writes a tensor's elements, converted where the declared type differs, from any device and layout, in chunks.</summary>
    /// <exception cref="SafetensorsException">The tensor was not declared, has another shape, was written before, or the disk refuses.</exception>
    public void Write(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var entry = Take(name);
        if (!entry.Shape.SequenceEqual(tensor.shape))
        {
            missing[name] = entry;
            throw new SafetensorsException(path, $"the tensor '{name}' was declared as {entry.Describe()} and given as {tensor}.");
        }

        if (entry.ByteLength == 0)
        {
            return;
        }

        using var dense = tensor.contiguous();
        using var flat = dense.view(-1);
        var perChunk = ChunkBytes / Math.Max(tensor.element_size, entry.Dtype.Size());
        for (var start = 0L; start < flat.numel(); start += perChunk)
        {
            using var part = flat.narrow(0, start, Math.Min(perChunk, flat.numel() - start));
            using var host = part.to(entry.Dtype, Device.CPU);
            Put(host.bytes(0, (int)host.nbytes), entry.Offset + (start * entry.Dtype.Size()));
            GC.KeepAlive(host);
        }
    }

    /// <summary>Writes a tensor's raw bytes.</summary>
    /// <exception cref="SafetensorsException">The tensor was not declared, needs another number of bytes, was written before, or the disk refuses.</exception>
    public void Write(string name, ReadOnlySpan<byte> bytes)
    {
        var entry = Take(name);
        if (bytes.Length != entry.ByteLength)
        {
            missing[name] = entry;
            throw new SafetensorsException(path, $"the tensor '{name}' was declared as {entry.Describe()}, {entry.ByteLength} bytes, and given as {bytes.Length} bytes.");
        }

        Put(bytes, entry.Offset);
    }

    /// <summary>Flushes the file to the disk and gives it its name.</summary>
    /// <exception cref="SafetensorsException">A declared tensor was not written, or the disk refuses; the file is not there then.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(file.IsClosed, this);
        if (missing.Count > 0)
        {
            throw new SafetensorsException(path, $"{missing.Count} declared tensors were never written, '{missing.Keys.First()}' for one.");
        }

        try
        {
            stream?.Finish();
            RandomAccess.FlushToDisk(file);
            file.Dispose();
            File.Move(temporary, path, overwrite: true);
            DurableFile.FlushFolderOf(path);
            completed = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
    }

    /// <summary>Closes the file; without <see cref="Complete"/> before, deletes what was written.</summary>
    public void Dispose()
    {
        stream?.Dispose();
        file.Dispose();
        if (!completed)
        {
            DurableFile.DeleteQuietly(temporary);
        }
    }

    private SafetensorsEntry Take(string name)
    {
        ObjectDisposedException.ThrowIf(file.IsClosed, this);
        return missing.Remove(name, out var entry)
            ? entry
            : throw new SafetensorsException(path, $"the tensor '{name}' was not declared, or was written before.");
    }

    private void Put(ReadOnlySpan<byte> bytes, long offset)
    {
        if (stream is not null && offset != stream.Position)
        {
            throw new SafetensorsException(path, $"what begins at byte {offset} was given after {stream.Position} bytes: a file that is seen in blocks is written in its order.");
        }

        try
        {
            if (stream is not null)
            {
                stream.Append(bytes);
                return;
            }

            RandomAccess.Write(file, bytes, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw Failed(e);
        }
    }

    private SafetensorsException Failed(Exception e) =>
        new(path, $"could not be written ({Header.FileLength} bytes): {e.Message} Free space or choose another folder; nothing was left behind.", e);
}
