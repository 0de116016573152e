using System.Runtime.InteropServices;

namespace Meditron.Data;

/// <summary>Flushes a folder's entries to the disk on POSIX systems, so that a rename survives a power cut.</summary>
internal static partial class FolderSync
{
    /// <summary>Flushes the folder; a file system that cannot is left as it is.</summary>
    public static void Flush(string folder)
    {
        const int readOnly = 0;
        var descriptor = Open(folder, readOnly);
        if (descriptor < 0)
        {
            return;
        }

        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
