namespace Meditron.Cli.Nodes;

/// <summary>Remembers the last error that the cluster has logged: it says why a node ends.</summary>
internal sealed class NodeWatch : ReceiveActor
{
    private readonly Remembered _remembered;

    public NodeWatch(Remembered remembered)
    {
        _remembered = remembered;
        Receive<Error>(error => _remembered.Last = error.Message?.ToString(), error => error.LogSource?.Contains("Cluster", StringComparison.Ordinal) == true);
    }

    /// <summary>The last error; read once the system has ended.</summary>
    internal sealed class Remembered
    {
        private volatile string? _last;

        public string? Last
        {
            get => _last;
            set => _last = value;
        }
    }
}
