namespace Meditron.Training.Parallel;

/// <summary>One pass of one micro-batch through a stage.</summary>
/// <param name="IsForward">Whether it is the forward pass.</param>
/// <param name="MicroBatch">The micro-batch, counted within the data-parallel rank.</param>
public readonly record struct PipelineOperation(bool IsForward, int MicroBatch);
