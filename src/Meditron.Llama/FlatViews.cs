using Meditron.Torch;

namespace Meditron.Llama;

/// <summary>
/// A flat buffer in a <see cref="ParameterLayout"/>'s order with its views: one for each parameter, and one for each group
/// that is one matrix product (query-key-value, gate-up). Used for weights and for gradients alike.
/// </summary>
public sealed class FlatViews : IDisposable
{
    private readonly Dictionary<string, Tensor> parameters = new(StringComparer.Ordinal);
    private readonly Tensor[] qkv;
    private readonly Tensor[] gateUp;
    private readonly bool ownsFlat;

    /// <summary>Cuts the views out of a flat tensor.</summary>
    /// <param name="layout">The order.</param>
    /// <param name="flat">[<see cref="ParameterLayout.Length"/>], any element type.</param>
    /// <param name="ownsFlat">Whether disposing the views disposes the flat tensor.</param>
    public FlatViews(ParameterLayout layout, Tensor flat, bool ownsFlat = true)
    {
        Layout = layout;
        Flat = flat;
        this.ownsFlat = ownsFlat;
        foreach (var parameter in layout.Parameters)
        {
            parameters.Add(parameter.Name, Cut(parameter.Offset, parameter.Shape));
        }

        Matrices = Cut(0, [layout.MatrixLength]);
        Norms = Cut(layout.MatrixLength, [layout.Length - layout.MatrixLength]);
        long hidden = layout.Config.HiddenSize, shards = layout.Shard.Count;
        var rows = (hidden + 2L * layout.Config.KvHeads * layout.Config.HeadSize) / shards;
        qkv = new Tensor[layout.Span.LayerCount];
        gateUp = new Tensor[layout.Span.LayerCount];
        for (var layer = 0; layer < layout.Span.LayerCount; layer++)
        {
            var index = layout.Span.FirstLayer + layer;
            qkv[layer] = Cut(layout[ParameterNames.Attention(index, 'q')].Offset, [rows, hidden]);
            gateUp[layer] = Cut(layout[ParameterNames.Mlp(index, "gate")].Offset, [2L * layout.Config.FfnSize / shards, hidden]);
        }
    }

    /// <summary>The order of the buffer.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The whole buffer.</summary>
    public Tensor Flat { get; }

    /// <summary>All matrices as one flat view.</summary>
    public Tensor Matrices { get; }

    /// <summary>All norms as one flat view; empty on a stage without norms.</summary>
    public Tensor Norms { get; }

    /// <summary>The view of one parameter, in its shape.</summary>
    public Tensor this[string name] => parameters[name];

    /// <summary>Query, key and value of a layer (counted from the stage's first), [heads and groups * head size, hidden].</summary>
    public Tensor Qkv(int layer) => qkv[layer];

    /// <summary>Gate and up of a layer (counted from the stage's first), [2 ffn, hidden].</summary>
    public Tensor GateUp(int layer) => gateUp[layer];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var view in parameters.Values.Concat(qkv).Concat(gateUp).Append(Matrices).Append(Norms))
        {
            view.Dispose();
        }

        if (ownsFlat)
        {
            Flat.Dispose();
        }
    }

    private Tensor Cut(long offset, long[] shape)
    {
        var length = shape.Aggregate(1L, (product, size) => product * size);
        using var slice = Flat.narrow(0, offset, length);
        return slice.view(shape);
    }
}
