using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Meditron.Testing.Networks;

/// <summary>
/// A network of hosts on this machine, each in a network namespace of its own, with one router between them that loses packets when told to.
/// </summary>
/// <remarks>
/// Loss happens in the router, so that neither end is told of it, as in a real partition. Names hold the id of this process, and what an
/// earlier process has left behind, because it was killed, is removed.
/// </remarks>
public sealed class NamespaceNetwork : IDisposable
{
    private const string Prefix = "meditron-";
    private const int FirstRule = 100;
    private static int _networks;

    private readonly string _name = $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _networks)}";
    private readonly int _hosts;
    private int _rules;

    private NamespaceNetwork(int hosts) => _hosts = hosts;

    /// <summary>Why there can be no such network here; null where there can.</summary>
    public static string? WhyNot { get; } = FindWhyNot();

    private string Router => $"{_name}-router";

    /// <summary>Makes a network.</summary>
    /// <param name="hosts">How many hosts it has; they are numbered from 1.</param>
    public static NamespaceNetwork Create(int hosts)
    {
        RemoveLeftBehind();
        var network = new NamespaceNetwork(hosts);
        try
        {
            network.Build();
        }
        catch
        {
            network.Dispose();
            throw;
        }

        return network;
    }

    /// <summary>The namespace of a host, for <c>ip netns exec</c>.</summary>
    public string NamespaceOf(int host) => $"{_name}-{host}";

    /// <summary>The address of a host, the same in every network: nothing outside of it sees them.</summary>
    public static string AddressOf(int host) => $"10.77.0.{host}";

    /// <summary>Loses everything that goes from one host to another; the way back stays open.</summary>
    public void Cut(int from, int to) => Ip($"-n {Router} -batch -", Drop(from, to));

    /// <summary>Loses everything between hosts of different sides, in both directions.</summary>
    public void Partition(params int[][] sides)
    {
        ArgumentNullException.ThrowIfNull(sides);
        var rules = new StringBuilder();
        foreach (var side in sides)
        {
            foreach (var other in sides.Where(s => s != side))
            {
                foreach (var from in side)
                {
                    foreach (var to in other)
                    {
                        rules.AppendLine(Drop(from, to));
                    }
                }
            }
        }

        Ip($"-n {Router} -batch -", rules.ToString());
    }

    /// <summary>Loses nothing any more.</summary>
    public void Heal()
    {
        Ip($"-n {Router} -batch -", string.Join('\n', Enumerable.Range(FirstRule, _rules).Select(r => $"rule del pref {r}")));
        _rules = 0;
    }

    /// <summary>Pulls a host's cable: the router knows, and tells those who send there that the host is unreachable.</summary>
    public void Unplug(int host) => Ip($"-n {Router} link set host{host} down");

    /// <summary>Removes the network; processes in it keep their part of it until they end.</summary>
    public void Dispose()
    {
        foreach (var name in Namespaces().Where(n => n.StartsWith($"{_name}-", StringComparison.Ordinal)))
        {
            Ip($"netns del {name}");
        }
    }

    private static string? FindWhyNot()
    {
        if (!string.Equals(Environment.UserName, "root", StringComparison.Ordinal))
        {
            return "network namespaces need root";
        }

        try
        {
            Namespaces();
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "network namespaces need the command ip (package iproute2)";
        }
        catch (InvalidOperationException e)
        {
            return $"network namespaces cannot be used here: {e.Message}";
        }
    }

    private static void RemoveLeftBehind()
    {
        foreach (var name in Namespaces().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (int.TryParse(name.Split('-')[1], CultureInfo.InvariantCulture, out var process) && !Directory.Exists($"/proc/{process}"))
            {
                Ip($"netns del {name}");
            }
        }
    }

    private static string[] Namespaces() =>
        [.. Ip("netns list").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])];

    private static string Ip(string arguments, string input = "")
    {
        var start = new ProcessStartInfo("ip", arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"ip {arguments} failed: {errors.GetAwaiter().GetResult().Trim()}\n{input}");
    }

    private void Build()
    {
        const string Gateway = "10.77.0.254";
        var links = new StringBuilder($"netns add {Router}\n");
        var routes = new StringBuilder();
        for (var host = 1; host <= _hosts; host++)
        {
            links.AppendLine(CultureInfo.InvariantCulture, $"netns add {NamespaceOf(host)}");
            links.AppendLine(CultureInfo.InvariantCulture, $"link add host{host} netns {Router} type veth peer name eth0 netns {NamespaceOf(host)}");
            routes.AppendLine(CultureInfo.InvariantCulture, $"addr add {Gateway}/32 dev host{host}");
            routes.AppendLine(CultureInfo.InvariantCulture, $"link set host{host} up");
            routes.AppendLine(CultureInfo.InvariantCulture, $"route add {AddressOf(host)}/32 dev host{host}");
        }

        Ip("-batch -", links.ToString());
        Ip($"-n {Router} -batch -", routes.ToString());
        Ip($"netns exec {Router} sh -c \"echo 1 > /proc/sys/net/ipv4/ip_forward\"");
        for (var host = 1; host <= _hosts; host++)
        {
            Ip($"-n {NamespaceOf(host)} -batch -", $"""
                link set lo up
                addr add {AddressOf(host)}/32 dev eth0
                link set eth0 up
                route add {Gateway}/32 dev eth0
                route add default via {Gateway} src {AddressOf(host)}
                """);
        }
    }

    private string Drop(int from, int to) => $"rule add pref {FirstRule + _rules++} from {AddressOf(from)} to {AddressOf(to)} blackhole";
}
