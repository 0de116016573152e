using Meditron.Llama;

namespace Meditron.Training.Planning;

/// <summary>What is predicted of the costliest rank of one pipeline stage.</summary>
/// <param name="Span">Its layers.</param>
/// <param name="Memory">What its memory goes to.</param>
/// <param name="ComputeSeconds">Computing one micro-batch, forward and backward.</param>
/// <param name="Tensor">What tensor parallelism sends.</param>
/// <param name="Pipeline">What it sends to its neighbours.</param>
/// <param name="Data">What the reduction of gradients and the gather of weights send.</param>
/// <param name="MicroBatchSeconds">One micro-batch: computing and tensor parallelism, or the transfers where they take longer.</param>
public sealed record StagePrediction(
    StageSpan Span, RankMemory Memory, double ComputeSeconds, LinkTraffic Tensor, LinkTraffic Pipeline, LinkTraffic Data, double MicroBatchSeconds);
