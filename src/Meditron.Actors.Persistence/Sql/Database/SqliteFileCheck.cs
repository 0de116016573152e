using Microsoft.Data.Sqlite;

namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>Looks a SQLite file over before it is used, and sets a damaged one aside.</summary>
internal static class SqliteFileCheck
{
    /// <summary>Files up to this size are looked over whole, with their indices against their tables; larger ones by their pages alone.</summary>
    private const long WholeBytes = 256L << 20;

    private const int Busy = 5;
    private const int Locked = 6;
    private const int CannotOpen = 14;
    private const int Protocol = 15;
    private const int NotADatabase = 26;
    private const int Versions = 18;

    private static readonly string[] _suffixes = ["", "-wal", "-shm"];

    /// <summary>What is wrong with a file.</summary>
    /// <param name="path">The file; it may be missing.</param>
    /// <param name="connectionString">How it is opened.</param>
    /// <param name="foreignToo">Whether a file that is no database at all is one whose beginning is damaged; else whoever uses it is told.</param>
    /// <returns>In words; null where nothing is, or it cannot be looked over now.</returns>
    public static string? Problem(string path, string connectionString, bool foreignToo)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0)
        {
            return null;
        }

        if (foreignToo && HeaderProblem(path) is { } problem)
        {
            return problem;
        }

        try
        {
            using var session = new SqlSession(new SqliteConnection(connectionString));
            session.Connection.Open();
            session.CommandTimeout = 0;
            var findings = session.Strings(file.Length <= WholeBytes ? "PRAGMA integrity_check(3)" : "PRAGMA quick_check(3)");
            return findings is ["ok"] ? null : string.Join("; ", findings.Select(finding => finding.Replace('\n', ' ')));
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is Busy or Locked or CannotOpen or Protocol || (failure.SqliteErrorCode == NotADatabase && !foreignToo))
        {
            // Whoever uses it is told.
            return null;
        }
        catch (SqliteException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>A file whose header names a format of the future is read, and not written: found here, and not by the first event.</summary>
    private static string? HeaderProblem(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> versions = stackalloc byte[2];
        file.Position = Versions;
        return file.ReadAtLeast(versions, versions.Length, throwOnEndOfStream: false) == versions.Length && (versions[0] is < 1 or > 2 || versions[1] is < 1 or > 2)
            ? $"its header names the format {versions[0]}/{versions[1]}, which there is none of"
            : null;
    }

    /// <summary>Gives a file and what belongs to it another name.</summary>
    /// <returns>The new name.</returns>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    public static string SetAside(string path)
    {
        var number = 1;
        while (File.Exists($"{path}.damaged-{number}"))
        {
            number++;
        }

        var aside = $"{path}.damaged-{number}";
        foreach (var suffix in _suffixes.Where(suffix => File.Exists(path + suffix)))
        {
            File.Move(path + suffix, aside + suffix);
        }

        return aside;
    }
}
