namespace Meditron.Simulation.Jobs;

/// <summary>A rank of a generation as the others reach it: its device in a process.</summary>
/// <param name="process">The process.</param>
/// <param name="number">Drawn for each offer of an endpoint.</param>
internal sealed class GroupMember(NodeProcess process, long number)
{
    public NodeProcess Process { get; } = process;

    /// <summary>What stands for it in the endpoints.</summary>
    public long Number { get; } = number;

    /// <summary>Whether it has closed its connections, or its process has.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Told that a connection with another member is closed.</summary>
    public Action<string>? Broken { get; set; }
}
