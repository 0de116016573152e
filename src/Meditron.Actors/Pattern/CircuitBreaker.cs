using System.Runtime.CompilerServices;
using Meditron.Actors.Actor;
using Meditron.Actors.Util;

namespace Meditron.Actors.Pattern;

/// <summary>
/// Stops calling what keeps failing: after a number of failures in a row calls fail at once (open), until after a pause one call
/// is tried (half open) and its outcome decides. Nygard, Release It!, 2007.
/// </summary>
public class CircuitBreaker
{
    private readonly Lock _sync = new();
    private readonly List<Action> _onOpen = [];
    private readonly List<Action> _onHalfOpen = [];
    private readonly List<Action> _onClose = [];
    private readonly Random _random;
    private State _state;
    private bool _trying;
    private long _failures;
    private TimeSpan _pause;
    private TimeSpan _openUntil;
    private Exception? _last;

    /// <summary>Creates a closed breaker that opens after <paramref name="maxFailures"/> failures in a row, for <paramref name="resetTimeout"/>.</summary>
    public CircuitBreaker(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout)
        : this(scheduler, maxFailures, callTimeout, resetTimeout, TimeSpan.FromDays(36500), 1.0)
    {
    }

    /// <summary>Creates a closed breaker whose pause grows by a factor, up to a limit, each time a trial fails.</summary>
    public CircuitBreaker(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout, TimeSpan maxResetTimeout, double exponentialBackoffFactor)
        : this(scheduler, maxFailures, callTimeout, resetTimeout, maxResetTimeout, exponentialBackoffFactor, 0.0)
    {
    }

    /// <summary>Creates a closed breaker whose pause grows by a factor, up to a limit, with a random part of up to <paramref name="randomFactor"/> of itself.</summary>
    public CircuitBreaker(
        IScheduler scheduler,
        int maxFailures,
        TimeSpan callTimeout,
        TimeSpan resetTimeout,
        TimeSpan maxResetTimeout,
        double exponentialBackoffFactor,
        double randomFactor)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentOutOfRangeException.ThrowIfLessThan(exponentialBackoffFactor, 1.0);
        ArgumentOutOfRangeException.ThrowIfLessThan(randomFactor, 0.0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(randomFactor, 1.0);
        Scheduler = scheduler;
        MaxFailures = maxFailures;
        CallTimeout = callTimeout;
        ResetTimeout = resetTimeout;
        MaxResetTimeout = maxResetTimeout;
        ExponentialBackoffFactor = exponentialBackoffFactor;
        RandomFactor = randomFactor;
        _pause = resetTimeout;
        _random = scheduler.NewRandom("circuit-breaker");
    }

    private enum State
    {
        Closed,
        HalfOpen,
        Open,
    }

    /// <summary>Gives the breaker its time.</summary>
    public IScheduler Scheduler { get; }

    /// <summary>The number of failures in a row that opens the breaker.</summary>
    public int MaxFailures { get; }

    /// <summary>How long a call may take before it counts as failed.</summary>
    public TimeSpan CallTimeout { get; }

    /// <summary>How long the breaker stays open the first time.</summary>
    public TimeSpan ResetTimeout { get; }

    /// <summary>The longest that the breaker ever stays open.</summary>
    public TimeSpan MaxResetTimeout { get; }

    /// <summary>The factor by which the pause grows each time a trial fails.</summary>
    public double ExponentialBackoffFactor { get; }

    /// <summary>The largest random part of a pause, as a share of it.</summary>
    public double RandomFactor { get; }

    /// <summary>The failures in a row so far.</summary>
    public long CurrentFailureCount => Interlocked.Read(ref _failures);

    /// <summary>The failure that was seen last.</summary>
    public Exception LastCaughtException => _last!;

    /// <summary>Whether calls go through.</summary>
    public bool IsClosed => Now() == State.Closed;

    /// <summary>Whether one call is being tried.</summary>
    public bool IsHalfOpen => Now() == State.HalfOpen;

    /// <summary>Whether calls fail at once.</summary>
    public bool IsOpen => Now() == State.Open;

    /// <summary>Creates a closed breaker that opens after <paramref name="maxFailures"/> failures in a row, for <paramref name="resetTimeout"/>.</summary>
    public static CircuitBreaker Create(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout) =>
        new(scheduler, maxFailures, callTimeout, resetTimeout);

    /// <summary>A breaker like this one whose pause doubles each time a trial fails, up to a limit.</summary>
    public CircuitBreaker WithExponentialBackoff(TimeSpan maxResetTimeout) =>
        new(Scheduler, MaxFailures, CallTimeout, ResetTimeout, maxResetTimeout, 2.0, RandomFactor);

    /// <summary>A breaker like this one with random pauses.</summary>
    public CircuitBreaker WithRandomFactor(double randomFactor) =>
        new(Scheduler, MaxFailures, CallTimeout, ResetTimeout, MaxResetTimeout, ExponentialBackoffFactor, randomFactor);

    /// <summary>Adds an action for when the breaker opens.</summary>
    public CircuitBreaker OnOpen(Action callback) => Add(_onOpen, callback);

    /// <summary>Adds an action for when the breaker lets one call through.</summary>
    public CircuitBreaker OnHalfOpen(Action callback) => Add(_onHalfOpen, callback);

    /// <summary>Adds an action for when the breaker closes.</summary>
    public CircuitBreaker OnClose(Action callback) => Add(_onClose, callback);

    /// <summary>Makes a call, or fails with <see cref="OpenCircuitException"/> at once.</summary>
    /// <typeparam name="T">The call's result.</typeparam>
    public Task<T> WithCircuitBreaker<T>(Func<Task<T>> body) => WithCircuitBreaker(body, static call => call());

    /// <summary>Makes a call, or fails with <see cref="OpenCircuitException"/> at once.</summary>
    /// <typeparam name="T">The call's result.</typeparam>
    /// <typeparam name="TState">What the call is given.</typeparam>
    public Task<T> WithCircuitBreaker<T, TState>(TState state, Func<TState, Task<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (Refuse() is { } refused)
        {
            return Task.FromException<T>(refused);
        }

        Task<T> call;
        try
        {
            call = body(state);
        }
        catch (Exception e)
        {
            Failed(e);
            return Task.FromException<T>(e);
        }

        return Observe(call);
    }

    /// <summary>Makes a call, or fails with <see cref="OpenCircuitException"/> at once.</summary>
    public Task WithCircuitBreaker(Func<Task> body) => WithCircuitBreaker(body, static call => call());

    /// <summary>Makes a call, or fails with <see cref="OpenCircuitException"/> at once.</summary>
    /// <typeparam name="TState">What the call is given.</typeparam>
    public Task WithCircuitBreaker<TState>(TState state, Func<TState, Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return WithCircuitBreaker<Done, (TState State, Func<TState, Task> Body)>((state, body), s => DoneAfter(s.Body(s.State)));
    }

    /// <summary>Makes a call in this thread, or throws <see cref="OpenCircuitException"/>; one that takes longer than the call timeout counts as failed.</summary>
    public void WithSyncCircuitBreaker(Action body) => WithSyncCircuitBreaker(() =>
    {
        body();
        return Done.Instance;
    });

    /// <summary>Makes a call in this thread, or throws <see cref="OpenCircuitException"/>; one that takes longer than the call timeout counts as failed.</summary>
    /// <typeparam name="T">The call's result.</typeparam>
    public T WithSyncCircuitBreaker<T>(Func<T> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (Refuse() is { } refused)
        {
            throw refused;
        }

        TimeSpan start = Scheduler.MonotonicClock;
        T result;
        try
        {
            result = body();
        }
        catch (Exception e)
        {
            Failed(e);
            throw;
        }

        if (CallTimeout > TimeSpan.Zero && Scheduler.MonotonicClock - start > CallTimeout)
        {
            Failed(TooLong());
        }
        else
        {
            Succeeded();
        }

        return result;
    }

    /// <summary>Counts a success that happened elsewhere.</summary>
    public void Succeed() => Succeeded();

    /// <summary>Counts a failure that happened elsewhere.</summary>
    public void Fail() => Failed(new UserCalledFailException());

    private static CircuitBreaker Run(CircuitBreaker breaker, List<Action> actions)
    {
        foreach (Action action in actions)
        {
            action();
        }

        return breaker;
    }

    private Task<Done> DoneAfter(Task task)
    {
        TaskCompletionSource<Done> promise = Scheduler.NewPromise<Done>();
        task.OnCompleted(ended =>
        {
            if (ended.IsCompletedSuccessfully)
            {
                promise.TrySetResult(Done.Instance);
            }
            else
            {
                promise.TrySetException(ended.Failure());
            }
        });
        return promise.Task;
    }

    private Task<T> Observe<T>(Task<T> call)
    {
        if (call.IsCompleted)
        {
            Count(call);
            return call;
        }

        TaskCompletionSource<T> promise = Scheduler.NewPromise<T>();
        StrongBox<int> ended = new();
        ICancelable? timeout = null;
        if (CallTimeout > TimeSpan.Zero)
        {
            timeout = Scheduler.Advanced.ScheduleOnceCancelable(CallTimeout, () =>
            {
                if (Interlocked.Exchange(ref ended.Value, 1) == 0)
                {
                    TimeoutException failure = TooLong();
                    Failed(failure);
                    promise.TrySetException(failure);
                }
            });
        }

        call.OnCompleted(_ =>
        {
            if (Interlocked.Exchange(ref ended.Value, 1) == 0)
            {
                timeout?.Cancel();
                Count(call);
                promise.CompleteFrom(call);
            }
        });
        return promise.Task;
    }

    private void Count(Task call)
    {
        if (call.IsCompletedSuccessfully)
        {
            Succeeded();
        }
        else
        {
            Failed(call.Failure());
        }
    }

    private TimeoutException TooLong() => new($"The call behind the circuit breaker did not end within {CallTimeout}.");

    private State Now()
    {
        lock (_sync)
        {
            return _state;
        }
    }

    private CircuitBreaker Add(List<Action> actions, Action action)
    {
        lock (_sync)
        {
            actions.Add(action);
        }

        return this;
    }

    private OpenCircuitException? Refuse()
    {
        lock (_sync)
        {
            switch (_state)
            {
                case State.Closed:
                    return null;
                case State.HalfOpen when !_trying:
                    _trying = true;
                    return null;
                default:
                    TimeSpan left = _state == State.Open ? _openUntil - Scheduler.MonotonicClock : TimeSpan.Zero;
                    return _last is null ? new OpenCircuitException("The circuit breaker is open.", left) : new OpenCircuitException(_last, left);
            }
        }
    }

    private void Succeeded()
    {
        lock (_sync)
        {
            _failures = 0;
            if (_state != State.HalfOpen)
            {
                return;
            }

            _state = State.Closed;
            _trying = false;
            _pause = ResetTimeout;
        }

        Run(this, _onClose);
    }

    private void Failed(Exception failure)
    {
        TimeSpan pause;
        lock (_sync)
        {
            _last = failure;
            _failures++;
            if (_state == State.Open || (_state == State.Closed && _failures < MaxFailures))
            {
                return;
            }

            if (_state == State.HalfOpen)
            {
                double longer = _pause.Ticks * ExponentialBackoffFactor;
                _pause = longer >= MaxResetTimeout.Ticks ? MaxResetTimeout : TimeSpan.FromTicks((long)longer);
            }

            _state = State.Open;
            _trying = false;
            pause = RandomFactor > 0 ? TimeSpan.FromTicks((long)(_pause.Ticks * (1 + (_random.NextDouble() * RandomFactor)))) : _pause;
            _openUntil = Scheduler.MonotonicClock + pause;
        }

        Scheduler.Advanced.ScheduleOnce(pause, TryAgain);
        Run(this, _onOpen);
    }

    private void TryAgain()
    {
        lock (_sync)
        {
            if (_state != State.Open)
            {
                return;
            }

            _state = State.HalfOpen;
            _trying = false;
        }

        Run(this, _onHalfOpen);
    }
}
