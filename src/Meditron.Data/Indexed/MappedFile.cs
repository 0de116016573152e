using System.IO.MemoryMappedFiles;

namespace Meditron.Data.Indexed;

/// <summary>A whole file mapped into memory to be read.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private bool _disposed;

    /// <summary>Maps a file.</summary>
    /// <exception cref="IndexedDatasetException">The file is not there or cannot be mapped.</exception>
    public MappedFile(string path, string what)
    {
        Path = path;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
            Length = stream.Length;
            if (Length == 0)
            {
                return;
            }

            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            Dispose();
            var why = Directory.Exists(path) ? "it is a folder"
                : reason is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : reason.Message;
            throw new IndexedDatasetException($"could not read {what}: {why}. Give the prefix of a .bin/.idx pair, which `data tokenize` writes.", path, reason);
        }
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The file's length.</summary>
    public long Length { get; }

    /// <summary>Some bytes of the file, which must lie in it.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (offset < 0 || length < 0 || offset > Length - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"Bytes {offset} to {offset + length} are not in {Path}, which has {Length}.");
        }

        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_start is not null)
        {
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        _view?.Dispose();
        _file?.Dispose();
    }
}
