using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tests.Nodes;

/// <summary>Keeps all messages an actor gets and lets a test wait for one.</summary>
internal sealed class EventRecorder
{
    private readonly Lock _lock = new();
    private readonly List<object> _events = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<object> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    public Props Props => Actor.Props.Create(() => new Actor_(this));

    public async Task<T> WaitFor<T>(Func<T, bool>? predicate = null, string? what = null)
    {
        using var deadline = new CancellationTokenSource(TestNode.Deadline);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                foreach (var e in _events)
                {
                    if (e is T match && (predicate is null || predicate(match)))
                    {
                        return match;
                    }
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"No {what ?? typeof(T).Name} within {TestNode.Deadline}. Events:\n{string.Join('\n', Events)}", e);
            }
        }
    }

    private void Add(object message)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _events.Add(message);
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    private sealed class Actor_ : UntypedActor
    {
        private readonly EventRecorder _recorder;

        public Actor_(EventRecorder recorder) => _recorder = recorder;

        protected override void OnReceive(object message) => _recorder.Add(message);
    }
}
