namespace Meditron.Training.Chaos;

/// <summary>The places of a rank's work at which a fault can be made to happen.</summary>
public enum FaultPoint
{
    /// <summary>Before the first forward pass of a step.</summary>
    BeforeForward,

    /// <summary>After the last backward pass, before the gradients are reduced to the end.</summary>
    AfterBackward,

    /// <summary>Before the exchange that commits a step.</summary>
    BeforeNorm,

    /// <summary>After it: the step is committed, and nothing is updated yet.</summary>
    AfterNorm,

    /// <summary>Between the updates of two buckets.</summary>
    MidUpdate,

    /// <summary>After the update, while the weights are being gathered.</summary>
    MidAllGather,

    /// <summary>After the step.</summary>
    AfterStep,

    /// <summary>While a part of a checkpoint is being written, in the background.</summary>
    MidCheckpoint,

    /// <summary>While a new generation takes its state from memory; the step is the one that it goes on from.</summary>
    MidRecovery,
}
