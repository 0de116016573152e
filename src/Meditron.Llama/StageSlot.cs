using Meditron.Torch;

namespace Meditron.Llama;

/// <summary>What one micro-batch in flight owns on a stage: its tokens and targets, the inputs of its layers, and its loss for each token.</summary>
internal sealed class StageSlot : IDisposable
{
    private readonly Tensor? tokensOnHost;
    private readonly Tensor? targetsOnHost;
    private readonly Tensor? lossOnHost;
    private readonly int firstRow;
    private readonly int rows;
    private readonly bool sharded;
    private int counted;

    public StageSlot(StagePlan plan, StageBuffers buffers, int slot)
    {
        var name = $"slot{slot}.";
        sharded = plan.Shard.Count > 1;
        rows = plan.Config.PaddedVocabularySize / plan.Shard.Count;
        firstRow = plan.Shard.Index * rows;
        var tokens = plan.Options.Tokens;
        if (plan.Span.HasEmbedding)
        {
            Tokens = buffers[name + "tokens"];
            tokensOnHost = torch.zeros([tokens], ScalarType.Int32, Device.CPU);
        }

        if (plan.Span.HasHead)
        {
            Targets = buffers[name + "targets"];
            Loss = buffers[name + "loss"];
            targetsOnHost = torch.zeros([tokens], ScalarType.Int32, Device.CPU);
            lossOnHost = torch.zeros([tokens], ScalarType.Float32, Device.CPU);
        }

        X = [.. Enumerable.Range(0, plan.Options.ForwardOnly ? 2 : plan.Span.LayerCount + 1).Select(layer => buffers[$"{name}x{layer}"])];
        ResidualGradient = plan.Options.ForwardOnly ? null! : buffers[name + "residual-gradient"];
        Layers = [.. Enumerable.Range(0, plan.Span.LayerCount).Select(layer => new LayerBuffers(plan, buffers, slot, layer))];
    }

    public Tensor? Tokens { get; }

    public Tensor? Targets { get; }

    public Tensor? Loss { get; }

    /// <summary>Gets the residual stream before each layer, and after the last; two that alternate where nothing is kept.</summary>
    public Tensor[] X { get; }

    public Tensor ResidualGradient { get; }

    public LayerBuffers[] Layers { get; }

    public void SetTokens(ReadOnlySpan<int> values) => Upload(values, tokensOnHost!, Tokens!);

    public void SetTargets(ReadOnlySpan<int> values)
    {
        counted = 0;
        foreach (var target in values)
        {
            counted += target >= 0 ? 1 : 0;
        }

        Upload(values, targetsOnHost!, Targets!);
    }

    public int CountTargets() => counted;

    /// <summary>The sum of the loss over the tokens, added in their order.</summary>
    public double SumLoss()
    {
        lossOnHost!.copy_(Loss!);
        double sum = 0;
        foreach (var loss in lossOnHost.data<float>())
        {
            sum += loss;
        }

        return sum;
    }

    public void Dispose()
    {
        tokensOnHost?.Dispose();
        targetsOnHost?.Dispose();
        lossOnHost?.Dispose();
    }

    /// <summary>Copies token ids; with a shared vocabulary counted from this rank's first row, and -1 where another rank has the row.</summary>
    private void Upload(ReadOnlySpan<int> values, Tensor host, Tensor device)
    {
        var destination = host.data<int>();
        values.CopyTo(destination);
        if (sharded)
        {
            for (var index = 0; index < destination.Length; index++)
            {
                var row = destination[index] - firstRow;
                destination[index] = destination[index] < 0 ? destination[index] : row >= 0 && row < rows ? row : -1;
            }
        }

        device.copy_(host);
    }
}
