using System.Globalization;
using System.Text.Json.Serialization;

namespace Meditron.Cli.Jobs;

/// <summary>A process of a job as it says so itself in the run's folder: who it is, and where its commands are served.</summary>
/// <param name="Role">What it does: train, seed, worker, standby or launcher.</param>
/// <param name="Host">The machine.</param>
/// <param name="Process">The process id.</param>
/// <param name="Started">When the process started, in the machine's clock ticks since its start: tells it from a later process with its id.</param>
/// <param name="Commands">Where its commands are served, host and port; null where it serves none.</param>
/// <param name="Address">Its address in the cluster; null where it is in none.</param>
/// <param name="Slot">The slot of a worker that a launcher has started, or a launcher's name; else null.</param>
internal sealed record JobNode(string Role, string Host, int Process, long Started, string? Commands, string? Address, string? Slot = null)
{
    private const int StartTimeField = 19;

    /// <summary>Whether it hosts the job's coordinator, or is the whole job.</summary>
    [JsonIgnore]
    public bool Leads => Role is "seed" or "train";

    /// <summary>Whether the process lives; null where it is on another machine, so that this one cannot tell.</summary>
    [JsonIgnore]
    public bool? IsAlive => Host != Environment.MachineName ? null : StartOf(Process) == Started;

    /// <summary>What messages call it.</summary>
    [JsonIgnore]
    public string Name => $"{Role} {Host}/{Process.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>This process.</summary>
    public static JobNode Self(string role, string? commands, string? address, string? slot = null) =>
        new(role, Environment.MachineName, Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0, commands, address, slot);

    /// <summary>A process of this machine that has just been started and will list itself; null where it has ended already.</summary>
    public static JobNode? Announced(string role, int process, string? slot) =>
        StartOf(process) is { } started ? new(role, Environment.MachineName, process, started, null, null, slot) : null;

    /// <summary>When a process of this machine started; null where there is none of this id, or it has ended and waits to be collected.</summary>
    private static long? StartOf(int process)
    {
        try
        {
            // The name, in parentheses, may hold anything; the fields after it are the state, then the parent.
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[StartTimeField], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
