using System.Diagnostics;
using System.Globalization;

namespace Meditron.Cli.Chaos;

/// <summary>Cuts a network namespace of this machine off for a while; needs the right to do so.</summary>
internal static class Partition
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Takes the interface down, waits, and takes it up again with the routes that it had.</summary>
    /// <returns>What was done.</returns>
    /// <exception cref="UsageException">The system refuses: says why.</exception>
    public static string Run(string network, string device, TimeSpan duration, CliContext context)
    {
        // Those through a gateway come after the one by which it is reached.
        var routes = Ip(network, "-4", "route", "show", "dev", device).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .OrderBy(route => route.Contains(" via ", StringComparison.Ordinal)).ToList();
        Ip(network, "link", "set", device, "down");
        context.Cancellation.WaitHandle.WaitOne(duration);
        Ip(network, "link", "set", device, "up");

        // The kernel itself brings back those of the interface's own network alone.
        foreach (var route in routes)
        {
            Ip(network, ["-4", "route", "replace", .. route.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(["linkdown"], StringComparer.Ordinal), "dev", device]);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{device} of {network} was down for {duration.TotalSeconds:0.#} s");
    }

    private static string Ip(string network, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", ["-n", network, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Deadline))
        {
            process.Kill();
        }

        process.WaitForExit();
        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult()
            : throw new UsageException($"The network namespace {network} cannot be cut off: 'ip -n {network} {string.Join(' ', arguments)}' says: {error.GetAwaiter().GetResult().Trim()} It needs root, and names that 'ip -n {network} link' lists.");
    }
}
