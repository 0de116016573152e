namespace Meditron.Data;

/// <summary>Writes a file so that it is there whole or not at all: a temporary name, a flush to the disk, a rename.</summary>
internal static class AtomicFile
{
    /// <summary>The temporary name a file is written under.</summary>
    public static string TemporaryName(string path) => path + ".partial";

    /// <summary>Writes the file's content through the action.</summary>
    /// <exception cref="OutputException">The file could not be written; one of that name that was there before still is.</exception>
    public static void Write(string path, string what, Action<Stream> write)
    {
        var temporary = TemporaryName(path);
        try
        {
            CreateFolderOf(path);
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            FlushFolderOf(path);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            Delete(temporary);
            throw OutputException.From($"write {what}", path, reason);
        }
    }

    /// <summary>Creates the folder a file is to lie in.</summary>
    public static void CreateFolderOf(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <summary>Makes a rename in the folder durable, where the platform can.</summary>
    public static void FlushFolderOf(string path)
    {
        if (OperatingSystem.IsWindows() || Path.GetDirectoryName(Path.GetFullPath(path)) is not { } folder)
        {
            return;
        }

        FolderSync.Flush(folder);
    }

    /// <summary>Deletes a file if it is there, and never fails.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            // A left-over temporary file is overwritten by the next attempt.
        }
    }
}
