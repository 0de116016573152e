using Meditron.Torch;

namespace Meditron.Llama;

/// <summary>The tokens whose logits are in memory at once, and the views of their rows.</summary>
internal sealed class HeadChunk
{
    private HeadChunk(StagePlan plan, StageBuffers buffers, StageSlot[] slots, int first, int count)
    {
        Normed = buffers.Keep(buffers["head.normed"].narrow(0, first, count));
        Logits = buffers.Keep(buffers["head.logits"].narrow(0, 0, count));
        if (plan.Shard.Count > 1)
        {
            Stats = buffers.Keep(buffers["head.stats"].narrow(0, 0, count));
            using var all = buffers["head.all-stats"].view(-1);
            AllStats = buffers.Keep(all.narrow(0, 0, 3L * count * plan.Shard.Count));
        }

        Targets = [.. slots.Select(slot => buffers.Keep(slot.Targets!.narrow(0, first, count)))];
        Loss = [.. slots.Select(slot => buffers.Keep(slot.Loss!.narrow(0, first, count)))];
    }

    /// <summary>Gets the final norm's output; its gradient takes the same memory once the head's gradient by weight is done.</summary>
    public Tensor Normed { get; }

    public Tensor Logits { get; }

    /// <summary>Gets what this rank knows of its rows' cross-entropy, or null where the vocabulary is whole.</summary>
    public Tensor? Stats { get; }

    /// <summary>Gets what all ranks know.</summary>
    public Tensor? AllStats { get; }

    /// <summary>Gets the targets of these tokens, for each slot.</summary>
    public Tensor[] Targets { get; }

    /// <summary>Gets the loss of these tokens, for each slot.</summary>
    public Tensor[] Loss { get; }

    public static HeadChunk[] Cut(StagePlan plan, StageBuffers buffers, StageSlot[] slots)
    {
        var chunks = new List<HeadChunk>();
        for (var first = 0; first < plan.Options.Tokens; first += plan.HeadChunk)
        {
            chunks.Add(new HeadChunk(plan, buffers, slots, first, Math.Min(plan.HeadChunk, plan.Options.Tokens - first)));
        }

        return [.. chunks];
    }
}
