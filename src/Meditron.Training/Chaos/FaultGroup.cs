namespace Meditron.Training.Chaos;

/// <summary>The process group of a rank that a fault of the network strikes.</summary>
public enum FaultGroup
{
    /// <summary>All ranks: the exchange that commits a step.</summary>
    World,

    /// <summary>The ranks with the same weights: gradients and weights.</summary>
    Data,

    /// <summary>The ranks that pass micro-batches along: activations and their gradients.</summary>
    Pipeline,

    /// <summary>The ranks that share layers.</summary>
    Tensor,
}
