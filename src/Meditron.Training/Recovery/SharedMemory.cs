using System.ComponentModel;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Meditron.Training.Recovery;

/// <summary>
/// Anonymous memory of this machine that lives as long as any process holds it (memfd_create(2)): what a killed process had in it is still there for
/// whoever opened it before. Nothing is left behind once the last holder is gone.
/// </summary>
internal sealed partial class SharedMemory : IDisposable
{
    private const uint CloseOnExec = 1;
    private const int PopulateWrite = 23;
    private const long Page = 4096;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    private SharedMemory(SafeFileHandle handle, long bytes)
    {
        Descriptor = (int)handle.DangerousGetHandle();
        file = MemoryMappedFile.CreateFromFile(handle, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(0, bytes);
        Bytes = bytes;
    }

    /// <summary>The file descriptor, by which other processes of the same user open it.</summary>
    public int Descriptor { get; }

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    /// <summary>The memory.</summary>
    public SafeBuffer Buffer => view.SafeMemoryMappedViewHandle;

    /// <summary>Makes a region, all zero.</summary>
    /// <exception cref="IOException">The system does not give it.</exception>
    public static SharedMemory Create(string name, long bytes)
    {
        var descriptor = MemfdCreate(name, CloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException($"{bytes} bytes of shared memory for {name} cannot be had: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            RandomAccess.SetLength(handle, bytes);
            return new SharedMemory(handle, bytes);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens a region that another process has open.</summary>
    /// <exception cref="IOException">The process is gone, or has no such descriptor.</exception>
    public static SharedMemory Open(int processId, int descriptor)
    {
        var path = $"/proc/{processId}/fd/{descriptor}";
        try
        {
            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            var bytes = RandomAccess.GetLength(handle);
            if (bytes == 0)
            {
                handle.Dispose();
                throw new IOException($"{path} is no shared memory.");
            }

            return new SharedMemory(handle, bytes);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or NotSupportedException)
        {
            throw new IOException($"{path} cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Has a part of the memory made ready, so that its first use takes no longer than any other; what it holds stays.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Where it ends.</param>
    public unsafe void Touch(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Bytes);
        from = from / Page * Page;
        byte* start = null;
        Buffer.AcquirePointer(ref start);
        try
        {
            // An older kernel (before 5.14) does not know it: the memory is then made ready by its first use.
            _ = Advise(start + from, (nuint)(to - from), PopulateWrite);
        }
        finally
        {
            Buffer.ReleasePointer();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int Advise(byte* start, nuint length, int advice);
}
