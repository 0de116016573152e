using System.ComponentModel;
using System.Diagnostics;
using Meditron.Testing;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A fact that needs file systems of its own; it is skipped, with the reason, where none can be mounted.</summary>
public sealed class MountFactAttribute : FactAttribute
{
    private static readonly string? WhyNot = FindWhyNot();

    public MountFactAttribute() => Skip = WhyNot;

    private static string? FindWhyNot()
    {
        using var folder = new TemporaryFolder();
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Path]) { UseShellExecute = false, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"file systems cannot be mounted here: {error.Trim()}";
        }
        catch (Win32Exception)
        {
            return "file systems need the commands unshare and mount (package util-linux)";
        }
    }
}
