using System.IO.MemoryMappedFiles;

namespace Meditron.Torch.Safetensors;

/// <summary>A safetensors file open for reading: its header is checked whole when it is opened, its tensors are mapped, not read, until used.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly Dictionary<string, SafetensorsEntry> byName;
    private readonly MemoryMappedFile? mapping;
    private readonly MemoryMappedViewAccessor? view;

    private SafetensorsFile(string path, SafetensorsHeader header, MemoryMappedFile? mapping, MemoryMappedViewAccessor? view)
    {
        Path = path;
        Header = header;
        this.mapping = mapping;
        this.view = view;
        byName = header.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The checked header.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => Header.Entries;

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="SafetensorsException">The file is missing, truncated, damaged or no safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var length = stream.Length;
            var start = new byte[(int)Math.Min(8, length)];
            stream.ReadExactly(start);
            var json = new byte[SafetensorsHeader.ReadLength(path, start, length)];
            stream.ReadExactly(json);
            var header = SafetensorsHeader.Parse(path, json, length);
            if (header.DataStart == length)
            {
                return new SafetensorsFile(path, header, null, null);
            }

            // Copy on write: a tensor over the mapping may be changed in memory, and the file stays as it is.
            var mapped = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: false);
            try
            {
                return new SafetensorsFile(path, header, mapped, mapped.CreateViewAccessor(0, length, MemoryMappedFileAccess.CopyOnWrite));
            }
            catch
            {
                mapped.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SafetensorsException(path, $"could not be opened: {e.Message} Check the path and the file's permissions.", e);
        }
    }

    /// <summary>Whether the file has a tensor of that name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>What and where the tensor of that name is.</summary>
    /// <exception cref="SafetensorsException">The file has no such tensor.</exception>
    public SafetensorsEntry Entry(string name) => byName.TryGetValue(name, out var entry)
        ? entry
        : throw new SafetensorsException(Path, $"has no tensor '{name}'; it has {byName.Count}: {string.Join(", ", byName.Keys.Order(StringComparer.Ordinal).Take(8))}{(byName.Count > 8 ? ", ..." : string.Empty)}.");

    /// <summary>
    /// The tensor over the mapped file: nothing is read before it is used, and the mapping lives as long as the tensor. Changes stay in memory.
    /// Where the file does not align the elements, a copy.
    /// </summary>
    /// <exception cref="SafetensorsException">The file has no such tensor.</exception>
    public Tensor Map(string name)
    {
        var entry = Entry(name);
        long[] shape = [.. entry.Shape];
        if (entry.ByteLength == 0)
        {
            return torch.empty(shape, entry.Dtype);
        }

        if (entry.Offset % entry.Dtype.Size() == 0)
        {
            return torch.frombuffer(view!.SafeMemoryMappedViewHandle, entry.Offset, entry.Dtype, shape);
        }

        using var raw = torch.frombuffer(view!.SafeMemoryMappedViewHandle, entry.Offset, ScalarType.Byte, entry.ByteLength);
        using var copy = raw.clone();
        using var typed = copy.view(entry.Dtype);
        return typed.view(shape);
    }

    /// <summary>A copy of the tensor in memory of its own.</summary>
    /// <exception cref="SafetensorsException">The file has no such tensor.</exception>
    public Tensor Read(string name)
    {
        using var mapped = Map(name);
        return mapped.clone();
    }

    /// <summary>Copies the tensor over another of the same shape, converting its elements.</summary>
    /// <exception cref="SafetensorsException">The file has no such tensor, or its shape differs.</exception>
    public void ReadInto(string name, Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var entry = Entry(name);
        if (!entry.Shape.SequenceEqual(destination.shape))
        {
            throw new SafetensorsException(Path, $"the tensor '{name}' is {entry.Describe()}, and [{string.Join(", ", destination.shape)}] was expected.");
        }

        using var mapped = Map(name);
        destination.copy_(mapped);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        view?.Dispose();
        mapping?.Dispose();
    }
}
