using System.ComponentModel;
using System.Diagnostics;
using Meditron.Testing.Networks;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A fact that needs machines: namespaces of networks, processes and host names; it is skipped, with the reason, where there can be none.</summary>
public sealed class MachineFactAttribute : FactAttribute
{
    private static readonly string? WhyNot = NamespaceNetwork.WhyNot ?? FindWhyNot();

    public MachineFactAttribute() => Skip = WhyNot;

    private static string? FindWhyNot()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", ["--pid", "--uts", "--fork", "--kill-child", "--mount-proc", "true"]) { UseShellExecute = false, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"namespaces of processes cannot be used here: {error.Trim()}";
        }
        catch (Win32Exception)
        {
            return "namespaces of processes need the command unshare (package util-linux)";
        }
    }
}
