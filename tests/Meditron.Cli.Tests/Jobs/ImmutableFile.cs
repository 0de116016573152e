using System.Diagnostics;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>Files that take nothing more, as those of a file system that has become read-only.</summary>
internal static class ImmutableFile
{
    /// <summary>Makes files immutable, or ordinary again.</summary>
    /// <returns>Why they cannot be, or null.</returns>
    public static string? Set(IEnumerable<string> files, bool isImmutable)
    {
        using var process = Process.Start(new ProcessStartInfo("chattr", [isImmutable ? "+i" : "-i", .. files]) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : error.Trim();
    }
}
