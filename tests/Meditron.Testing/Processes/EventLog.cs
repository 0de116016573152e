namespace Meditron.Testing.Processes;

/// <summary>Keeps everything that was reported, in order, and lets a test wait for an entry with a deadline.</summary>
/// <param name="name">Who reports; for the messages of failures.</param>
public sealed class EventLog<T>(string name)
{
    private readonly Lock _lock = new();
    private readonly List<T> _entries = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _ended;

    /// <summary>What was reported so far.</summary>
    public IReadOnlyList<T> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>How much was reported so far: from here on an entry is new.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Adds an entry.</summary>
    public void Add(T entry) => Change(() => _entries.Add(entry));

    /// <summary>Says that nothing will be reported any more: who waits need not wait for the deadline.</summary>
    public void End(string why) => Change(() => _ended ??= why);

    /// <summary>Waits for an entry, those that are there already included.</summary>
    /// <param name="match">Which entry.</param>
    /// <param name="what">It in words, for the message of the failure.</param>
    /// <param name="deadline">How long to wait at most.</param>
    /// <param name="from">The place in the log to look from.</param>
    /// <exception cref="TimeoutException">There was none in time, or there can be none any more.</exception>
    public async Task<T> WaitFor(Func<T, bool> match, string what, TimeSpan deadline, int from = 0)
    {
        ArgumentNullException.ThrowIfNull(match);
        using var source = new CancellationTokenSource(deadline);
        while (true)
        {
            Task changed;
            string? ended;
            lock (_lock)
            {
                for (; from < _entries.Count; from++)
                {
                    if (match(_entries[from]))
                    {
                        return _entries[from];
                    }
                }

                changed = _changed.Task;
                ended = _ended;
            }

            if (ended is not null)
            {
                throw new TimeoutException($"{name} will not report {what}: {ended}\n{Text()}");
            }

            try
            {
                await changed.WaitAsync(source.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"{name} did not report {what} within {deadline.TotalSeconds} s.\n{Text()}", e);
            }
        }
    }

    /// <summary>All entries, one a line.</summary>
    public string Text() => $"What {name} reported:\n{string.Join('\n', Entries)}";

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
