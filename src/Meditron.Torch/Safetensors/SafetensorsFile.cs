using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Meditron.Torch.Safetensors;

/// <summary>A safetensors file open for reading: its header is checked whole when it is opened, its tensors are read or mapped one by one.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int ChunkBytes = 16 << 20;

    private readonly SafeFileHandle handle;
    private readonly Dictionary<string, SafetensorsEntry> byName;
    private readonly Lock gate = new();
    private MemoryMappedFile? mapping;
    private MemoryMappedViewAccessor? view;

    private SafetensorsFile(string path, SafetensorsHeader header, SafeFileHandle handle)
    {
        Path = path;
        Header = header;
        this.handle = handle;
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
        SafeFileHandle? opened = null;
        try
        {
            opened = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(opened);
            var start = new byte[(int)Math.Min(8, length)];
            ReadExactly(path, opened, start, 0);
            var json = new byte[SafetensorsHeader.ReadLength(path, start, length)];
            ReadExactly(path, opened, json, 8);
            return new SafetensorsFile(path, SafetensorsHeader.Parse(path, json, length), opened);
        }
        catch (Exception e)
        {
            opened?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new SafetensorsException(path, $"could not be opened: {e.Message} Check the path and the file's permissions.", e);
            }

            throw;
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
    /// The tensor over the memory-mapped file: nothing is read before it is used, and the mapping lives as long as the tensor. Changes stay in memory.
    /// Where the file does not align the elements, a copy. The file must not be cut short while the tensor is in use.
    /// </summary>
    /// <exception cref="SafetensorsException">The file has no such tensor, or cannot be mapped.</exception>
    public Tensor Map(string name)
    {
        var entry = Entry(name);
        return entry.ByteLength == 0 || entry.Offset % entry.Dtype.Size() != 0
            ? Read(name)
            : torch.frombuffer(View().SafeMemoryMappedViewHandle, entry.Offset, entry.Dtype, [.. entry.Shape]);
    }

    /// <summary>The tensor in memory of its own.</summary>
    /// <exception cref="SafetensorsException">The file has no such tensor, or cannot be read.</exception>
    public Tensor Read(string name)
    {
        var entry = Entry(name);
        var tensor = torch.empty([.. entry.Shape], entry.Dtype);
        try
        {
            ReadInto(name, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Reads the tensor over another of the same shape, converting its elements; nothing else is allocated but, for a conversion, one chunk.</summary>
    /// <exception cref="SafetensorsException">The file has no such tensor, its shape differs, or it cannot be read.</exception>
    public void ReadInto(string name, Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var entry = Entry(name);
        if (!entry.Shape.SequenceEqual(destination.shape))
        {
            throw new SafetensorsException(Path, $"the tensor '{name}' is {entry.Describe()}, and [{string.Join(", ", destination.shape)}] was expected.");
        }

        if (entry.ByteLength == 0)
        {
            return;
        }

        if (destination.device.type != DeviceType.CPU || !destination.is_contiguous())
        {
            using var whole = Read(name);
            destination.copy_(whole);
            return;
        }

        var direct = destination.dtype == entry.Dtype;
        var perChunk = ChunkBytes / entry.Dtype.Size();
        using var flat = destination.view(-1);
        using var chunk = direct ? null : torch.empty([Math.Min(perChunk, flat.numel())], entry.Dtype);
        for (var first = 0L; first < flat.numel(); first += perChunk)
        {
            var count = Math.Min(perChunk, flat.numel() - first);
            using var target = flat.narrow(0, first, count);
            using var source = direct ? target.alias() : chunk!.narrow(0, 0, count);
            ReadExactly(Path, handle, source.bytes(0, (int)source.nbytes), entry.Offset + (first * entry.Dtype.Size()));
            if (!direct)
            {
                target.copy_(source);
            }
        }

        GC.KeepAlive(destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        view?.Dispose();
        mapping?.Dispose();
        handle.Dispose();
    }

    private static void ReadExactly(string path, SafeFileHandle handle, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            int read;
            try
            {
                read = RandomAccess.Read(handle, bytes, offset);
            }
            catch (IOException e)
            {
                throw new SafetensorsException(path, $"could not be read at byte {offset}: {e.Message} The disk may be failing; copy or download the file again.", e);
            }

            if (read == 0)
            {
                throw new SafetensorsException(path, $"ends at byte {offset}, {bytes.Length} bytes early: it was cut short while it was open.");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }

    // Copy on write: a tensor over the mapping may be changed in memory, and the file stays as it is.
    private MemoryMappedViewAccessor View()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(handle.IsClosed, this);
            try
            {
                mapping ??= MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
                return view ??= mapping.CreateViewAccessor(0, Header.FileLength, MemoryMappedFileAccess.CopyOnWrite);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SafetensorsException(Path, $"could not be mapped into memory: {e.Message}", e);
            }
        }
    }
}
