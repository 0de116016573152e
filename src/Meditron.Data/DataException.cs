namespace Meditron.Data;

/// <summary>An error in what was read or written as data, with the file and line where they are known.</summary>
public class DataException : Exception
{
    /// <summary>Creates the error: what was attempted, on what, why it failed and what to do.</summary>
    public DataException(string message, string? file = null, long? line = null, Exception? innerException = null)
        : base(Compose(message, file, line), innerException)
    {
        File = file;
        Line = line;
    }

    /// <summary>The file the error is about, where there is one.</summary>
    public string? File { get; }

    /// <summary>The line in <see cref="File"/>, counted from 1, where there is one.</summary>
    public long? Line { get; }

    private static string Compose(string message, string? file, long? line) =>
        file is null ? message : line is null ? $"{file}: {message}" : $"{file}:{line}: {message}";
}
