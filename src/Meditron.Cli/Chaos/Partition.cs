using System.Diagnostics;
using System.Globalization;

namespace Meditron.Cli.Chaos;

/// <summary>Cuts a network namespace of this machine off for a while; needs the right to do so.</summary>
internal static class Partition
{
    /// <summary>Takes the interface down, waits, and takes it up again.</summary>
    /// <returns>What was done.</returns>
    /// <exception cref="UsageException">The system refuses: says why.</exception>
    public static string Run(string network, string device, TimeSpan duration, CliContext context)
    {
        Set(network, device, "down");
        context.Cancellation.WaitHandle.WaitOne(duration);
        Set(network, device, "up");
        return string.Create(CultureInfo.InvariantCulture, $"{device} of {network} was down for {duration.TotalSeconds:0.#} s");
    }

    private static void Set(string network, string device, string state)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", ["-n", network, "link", "set", device, state]) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new UsageException($"The interface {device} of the network namespace {network} cannot be set {state}: {error.Trim()} It needs root, and names that 'ip -n {network} link' lists.");
        }
    }
}
