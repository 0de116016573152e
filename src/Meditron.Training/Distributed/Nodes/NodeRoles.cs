namespace Meditron.Training.Distributed.Nodes;

/// <summary>The cluster roles of a training cluster's nodes.</summary>
public static class NodeRoles
{
    /// <summary>May host the coordinators; its address is known to the others.</summary>
    public const string Seed = "seed";

    /// <summary>Computes.</summary>
    public const string Worker = "worker";

    /// <summary>Launches the workers of a machine, and holds state in memory there.</summary>
    public const string Launcher = "launcher";
}
