using Meditron.Torch;

namespace Meditron.Llama;

/// <summary>The allocated buffers of a <see cref="StagePlan"/>, by name.</summary>
public sealed class StageBuffers : IDisposable
{
    private readonly Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
    private readonly List<Tensor> views = [];

    /// <summary>Allocates every buffer of the plan.</summary>
    /// <exception cref="TorchException">There is not enough memory.</exception>
    public StageBuffers(StagePlan plan, Device device)
    {
        foreach (var buffer in plan.Buffers)
        {
            tensors.Add(buffer.Name, torch.zeros(buffer.Shape, buffer.Type, device));
        }
    }

    /// <summary>The buffer of that name.</summary>
    public Tensor this[string name] => tensors[name];

    /// <summary>Whether the plan has a buffer of that name.</summary>
    public bool Contains(string name) => tensors.ContainsKey(name);

    /// <summary>Keeps a view so that it lives and dies with the buffers.</summary>
    public Tensor Keep(Tensor view)
    {
        views.Add(view);
        return view;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        views.ForEach(view => view.Dispose());
        foreach (var tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
