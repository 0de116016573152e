namespace Meditron.Data;

/// <summary>A file that was asked for does not exist or cannot be opened.</summary>
public sealed class MissingInputException : DataException
{
    /// <summary>Creates the error.</summary>
    public MissingInputException(string message, string? file = null, Exception? innerException = null)
        : base(message, file, innerException: innerException)
    {
    }

    /// <summary>Opens a file to read from start to end.</summary>
    /// <exception cref="MissingInputException">The file does not exist, is a folder or may not be read.</exception>
    internal static FileStream OpenRead(string path, string what)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw From(path, what, reason);
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="MissingInputException">The file does not exist, is a folder or may not be read.</exception>
    internal static byte[] ReadAll(string path, string what)
    {
        try
        {
            return System.IO.File.ReadAllBytes(path);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw From(path, what, reason);
        }
    }

    private static MissingInputException From(string path, string what, Exception reason)
    {
        var why = Directory.Exists(path) ? "it is a folder, a file was expected"
            : reason is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
            : reason.Message;
        return new MissingInputException($"could not read {what}: {why}. Check the path.", path, reason);
    }
}
