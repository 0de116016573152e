namespace Meditron.Llama;

/// <summary>How a stage runs: batch shape, precision, and what it keeps between forward and backward.</summary>
public sealed record StageOptions
{
    /// <summary>Sequences in a micro-batch.</summary>
    public required int MicroBatch { get; init; }

    /// <summary>Tokens in a sequence.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>Micro-batches that may be between their forward and their backward at once.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Number format of the products.</summary>
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>What the backward pass computes again.</summary>
    public Recompute Recompute { get; init; } = Recompute.None;

    /// <summary>Whether the gradient by weight may run later than the gradient by input (zero-bubble schedules); costs buffers for each layer and slot.</summary>
    public bool SplitBackward { get; init; }

    /// <summary>Whether only forward passes will run (validation, generation): nothing is kept for a backward pass.</summary>
    public bool ForwardOnly { get; init; }

    /// <summary>Tokens in a micro-batch.</summary>
    public int Tokens => checked(MicroBatch * SequenceLength);

    /// <summary>Throws unless the options fit the model.</summary>
    /// <exception cref="LlamaConfigException">A size is out of range.</exception>
    public void Validate(LlamaConfig config)
    {
        if (MicroBatch < 1 || SequenceLength < 1 || Slots < 1)
        {
            throw new LlamaConfigException($"A stage needs at least one sequence, one token and one slot, but got micro-batch {MicroBatch}, sequence length {SequenceLength}, slots {Slots}.");
        }

        if (SequenceLength > config.MaxPositions)
        {
            throw new LlamaConfigException(
                $"The sequence length {SequenceLength} is beyond the model's {config.MaxPositions} positions. Shorten training.sequence-length or raise model.max-positions.");
        }

        if (SplitBackward && Recompute == Recompute.Full)
        {
            throw new LlamaConfigException("Full recomputation keeps no layer's activations, so the gradient by weight cannot run later. Use recompute none or selective with a split backward.");
        }
    }
}
