using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Meditron.Torch.Safetensors;

/// <summary>Sees a block of a file before it is written.</summary>
/// <param name="block">Its bytes; the last block of a file is shorter.</param>
public delegate void BlockObserver(ReadOnlySpan<byte> block);

/// <summary>
/// Writes a file from its beginning to its end in whole blocks, past the page cache where the file system lets it (open(2), O_DIRECT): copying what nobody
/// reads soon costs the processor as much again as all else, and pushes out what others read.
/// </summary>
internal sealed unsafe partial class BlockStream : IDisposable
{
    /// <summary>Size of a block.</summary>
    public const int BlockBytes = 4 << 20;

    private const int Alignment = 4096;
    private const int GetFlags = 3;
    private const int SetFlags = 4;

    private readonly SafeFileHandle file;
    private readonly BlockObserver observer;
    private byte* buffer;
    private int filled;
    private int directFlag;

    /// <summary>Begins to write.</summary>
    /// <param name="file">An empty file, or one of the size it will have.</param>
    /// <param name="observer">Sees each block.</param>
    public BlockStream(SafeFileHandle file, BlockObserver observer)
    {
        this.file = file;
        this.observer = observer;
        buffer = (byte*)NativeMemory.AlignedAlloc(BlockBytes, Alignment);
        directFlag = OperatingSystem.IsLinux() ? RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000 : 0;
        Go(direct: true);
    }

    /// <summary>Bytes given so far.</summary>
    public long Position { get; private set; }

    /// <summary>Writes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var part = Math.Min(bytes.Length, BlockBytes - filled);
            bytes[..part].CopyTo(new Span<byte>(buffer + filled, part));
            bytes = bytes[part..];
            filled += part;
            Position += part;
            if (filled == BlockBytes)
            {
                Put();
            }
        }
    }

    /// <summary>Writes what is left; the file has the length of what was given then.</summary>
    public void Finish()
    {
        if (filled > 0)
        {
            Put();
        }

        RandomAccess.SetLength(file, Position);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(buffer);
        buffer = null;
    }

    private void Put()
    {
        observer(new ReadOnlySpan<byte>(buffer, filled));
        var offset = Position - filled;
        if (directFlag != 0)
        {
            // Whole pages; the last is cut off again.
            var padded = (filled + Alignment - 1) / Alignment * Alignment;
            new Span<byte>(buffer + filled, padded - filled).Clear();
            try
            {
                RandomAccess.Write(file, new ReadOnlySpan<byte>(buffer, padded), offset);
                filled = 0;
                return;
            }
            catch (Exception exception) when (exception is IOException or ArgumentException)
            {
                // Not of this file system, or the disk refuses: that is told below.
                Go(direct: false);
            }
        }

        RandomAccess.Write(file, new ReadOnlySpan<byte>(buffer, filled), offset);
        filled = 0;
    }

    private void Go(bool direct)
    {
        var descriptor = (int)file.DangerousGetHandle();
        var flags = directFlag == 0 ? -1 : Control(descriptor, GetFlags, 0);
        var done = flags >= 0 && Control(descriptor, SetFlags, direct ? flags | directFlag : flags & ~directFlag) >= 0;
        directFlag = direct && done ? directFlag : 0;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int descriptor, int command, int argument);
}
