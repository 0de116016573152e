namespace Meditron.Torch;

/// <summary>Disposes the tensors that were made while it was the current scope; follows the flow of async calls, not the thread.</summary>
public sealed class DisposeScope : IDisposable
{
    private static readonly AsyncLocal<DisposeScope?> Flow = new();

    private readonly HashSet<Tensor> tensors = [];
    private readonly Lock gate = new();
    private bool disposed;

    internal DisposeScope()
    {
        Outer = Current;
        Flow.Value = this;
    }

    /// <summary>How many tensors it would dispose now.</summary>
    public int DisposablesCount
    {
        get
        {
            lock (gate)
            {
                return tensors.Count;
            }
        }
    }

    /// <summary>The innermost scope of this flow that still is open.</summary>
    internal static DisposeScope? Current
    {
        get
        {
            var scope = Flow.Value;
            while (scope is { disposed: true })
            {
                scope = scope.Outer;
            }

            return scope;
        }
    }

    /// <summary>The scope around this one.</summary>
    internal DisposeScope? Outer { get; }

    /// <summary>True where this scope would dispose the tensor.</summary>
    public bool Contains(Tensor tensor)
    {
        lock (gate)
        {
            return tensors.Contains(tensor);
        }
    }

    /// <summary>Takes a tensor out; the caller disposes it.</summary>
    public Tensor Detach(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Contains(tensor) ? tensor.DetachFromDisposeScope() : tensor;
    }

    /// <summary>Hands a tensor to the scope around this one (to nobody, where there is none).</summary>
    public Tensor MoveToOuter(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.MoveTo(Outer);
    }

    /// <summary>Disposes every tensor it holds now, and stays open.</summary>
    public void DisposeEverything() => DisposeEverythingBut([]);

    /// <summary>Disposes every tensor it holds now except those given, and stays open.</summary>
    public void DisposeEverythingBut(params IEnumerable<Tensor> keep)
    {
        var kept = new HashSet<Tensor>(keep);
        Tensor[] doomed;
        lock (gate)
        {
            doomed = [.. tensors.Where(t => !kept.Contains(t))];
            tensors.ExceptWith(doomed);
        }

        foreach (var tensor in doomed)
        {
            tensor.LeaveScope();
            tensor.Dispose();
        }
    }

    /// <summary>Disposes its tensors and makes the scope around it current again.</summary>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        DisposeEverything();
        if (ReferenceEquals(Flow.Value, this))
        {
            Flow.Value = Outer;
        }
    }

    internal void Attach(Tensor tensor)
    {
        lock (gate)
        {
            tensors.Add(tensor);
        }
    }

    internal void Forget(Tensor tensor)
    {
        lock (gate)
        {
            tensors.Remove(tensor);
        }
    }
}
