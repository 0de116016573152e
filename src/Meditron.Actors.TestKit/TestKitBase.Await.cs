using System.Runtime.ExceptionServices;
using Meditron.Actors.Event;
using Meditron.Actors.TestKit.Internal;

namespace Meditron.Actors.TestKit;

/// <content>Waiting until something holds, and limits on blocks of code.</content>
public abstract partial class TestKitBase
{
    /// <summary>How often a condition is looked at where nothing else is said.</summary>
    private static readonly TimeSpan _defaultInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until a condition holds; the test fails when it does not in time.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        Until(Async(conditionIsFulfilled), null, null, null, true, cancellationToken).Result();

    /// <summary>Waits until a condition holds; the test fails when it does not in time.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        Until(Async(conditionIsFulfilled), max, null, null, true, cancellationToken).Result();

    /// <summary>Waits until a condition holds; the test fails when it does not in time.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        Until(Async(conditionIsFulfilled), max, null, message, true, cancellationToken).Result();

    /// <summary>Waits until a condition holds, looking at it at intervals; the test fails when it does not in time.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        Until(Async(conditionIsFulfilled), max, interval, message, true, cancellationToken).Result();

    /// <summary>Waits until a condition holds; the test fails when it does not in time.</summary>
    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        Until(Async(conditionIsFulfilled), null, null, null, false, cancellationToken).AsTask();

    /// <summary>Waits until a condition holds; the test fails when it does not in time.</summary>
    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        Until(Async(conditionIsFulfilled), max, null, message, false, cancellationToken).AsTask();

    /// <summary>Waits until a condition holds, looking at it at intervals; the test fails when it does not in time.</summary>
    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        Until(Async(conditionIsFulfilled), max, interval, message, false, cancellationToken).AsTask();

    /// <summary>Waits until a condition holds; the test fails when it does not in time.</summary>
    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        Until(conditionIsFulfilled, null, null, null, false, cancellationToken).AsTask();

    /// <summary>Waits until a condition holds; the test fails when it does not in time.</summary>
    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        Until(conditionIsFulfilled, max, null, null, false, cancellationToken).AsTask();

    /// <summary>Waits until a condition holds; the test fails when it does not in time.</summary>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        Until(conditionIsFulfilled, max, null, message, false, cancellationToken).AsTask();

    /// <summary>Waits until a condition holds, looking at it at intervals; the test fails when it does not in time.</summary>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        Until(conditionIsFulfilled, max, interval, message, false, cancellationToken).AsTask();

    /// <summary>Waits until a condition holds and returns whether it does.</summary>
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Holds(Async(conditionIsFulfilled), max, interval, true, cancellationToken).Result();

    /// <summary>Waits until a condition holds and returns whether it does.</summary>
    public Task<bool> AwaitConditionNoThrowAsync(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Holds(Async(conditionIsFulfilled), max, interval, false, cancellationToken).AsTask();

    /// <summary>Waits until a condition holds and returns whether it does.</summary>
    public Task<bool> AwaitConditionNoThrowAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Holds(conditionIsFulfilled, max, interval, false, cancellationToken).AsTask();

    /// <summary>Repeats an assertion until it passes; when time is up, the last failure is the test's.</summary>
    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Passes(Async(assertion), duration, interval, true, cancellationToken).Result();

    /// <summary>Repeats an assertion until it passes; when time is up, the last failure is the test's.</summary>
    public Task AwaitAssertAsync(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Passes(Async(assertion), duration, interval, false, cancellationToken).AsTask();

    /// <summary>Repeats an assertion until it passes; when time is up, the last failure is the test's.</summary>
    public Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Passes(assertion, duration, interval, false, cancellationToken).AsTask();

    /// <summary>Runs a block in which Expect methods wait at most for what is left of <paramref name="max"/>; the test fails when it takes longer.</summary>
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Limited(TimeSpan.Zero, max, Valued(Async(action)), null, epsilonValue, cancellationToken).Result();

    /// <summary>Runs a block that must take at least <paramref name="min"/> and at most <paramref name="max"/>.</summary>
    public void Within(
        TimeSpan min, TimeSpan max, Action action, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Limited(min, max, Valued(Async(action)), hint, epsilonValue, cancellationToken).Result();

    /// <summary>Runs a block in which Expect methods wait at most for what is left of <paramref name="max"/>; the test fails when it takes longer.</summary>
    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Limited(TimeSpan.Zero, max, Async(function), null, epsilonValue, cancellationToken).Result();

    /// <summary>Runs a block that must take at least <paramref name="min"/> and at most <paramref name="max"/>.</summary>
    public T Within<T>(
        TimeSpan min, TimeSpan max, Func<T> function, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Limited(min, max, Async(function), hint, epsilonValue, cancellationToken).Result();

    /// <summary>Runs a block in which Expect methods wait at most for what is left of <paramref name="max"/>; the test fails when it takes longer.</summary>
    public Task WithinAsync(TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Limited(TimeSpan.Zero, max, Valued(actionAsync), null, epsilonValue, cancellationToken).AsTask();

    /// <summary>Runs a block that must take at least <paramref name="min"/> and at most <paramref name="max"/>.</summary>
    public Task WithinAsync(
        TimeSpan min, TimeSpan max, Func<Task> actionAsync, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Limited(min, max, Valued(actionAsync), hint, epsilonValue, cancellationToken).AsTask();

    /// <summary>Runs a block in which Expect methods wait at most for what is left of <paramref name="max"/>; the test fails when it takes longer.</summary>
    public Task<T> WithinAsync<T>(TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Limited(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken).AsTask();

    /// <summary>Runs a block that must take at least <paramref name="min"/> and at most <paramref name="max"/>.</summary>
    public Task<T> WithinAsync<T>(
        TimeSpan min, TimeSpan max, Func<Task<T>> function, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Limited(min, max, function, hint, epsilonValue, cancellationToken).AsTask();

    /// <summary>Waits until a condition holds; when it does not in time, <paramref name="fail"/> is told, with a format and its values.</summary>
    protected static bool InternalAwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval, Action<string, object[]>? fail, CancellationToken cancellationToken = default) =>
        InternalAwaitCondition(conditionIsFulfilled, max, interval, fail, null, cancellationToken);

    /// <summary>Waits until a condition holds; when it does not in time, <paramref name="fail"/> is told, with a format and its values.</summary>
    protected static bool InternalAwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan max,
        TimeSpan? interval,
        Action<string, object[]>? fail,
        ILoggingAdapter? logger,
        CancellationToken cancellationToken = default) =>
        Told(Async(conditionIsFulfilled), max, interval, fail, logger, true, cancellationToken).Result();

    /// <summary>Waits until a condition holds; when it does not in time, <paramref name="fail"/> is told, with a format and its values.</summary>
    protected static Task<bool> InternalAwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval, Action<string, object[]>? fail, CancellationToken cancellationToken = default) =>
        InternalAwaitConditionAsync(conditionIsFulfilled, max, interval, fail, null, cancellationToken);

    /// <summary>Waits until a condition holds; when it does not in time, <paramref name="fail"/> is told, with a format and its values.</summary>
    protected static Task<bool> InternalAwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan max,
        TimeSpan? interval,
        Action<string, object[]>? fail,
        ILoggingAdapter? logger,
        CancellationToken cancellationToken = default) =>
        Told(conditionIsFulfilled, max, interval, fail, logger, false, cancellationToken).AsTask();

    private static async ValueTask<bool> Told(
        Func<Task<bool>> condition,
        TimeSpan max,
        TimeSpan? interval,
        Action<string, object[]>? fail,
        ILoggingAdapter? logger,
        bool blocking,
        CancellationToken cancellationToken)
    {
        var fulfilled = await Holds(condition, max, interval, blocking, cancellationToken).ConfigureAwait(!blocking);
        if (!fulfilled)
        {
            logger?.Warning("A condition did not hold within {0}.", max);
            fail?.Invoke("Timeout {0} expired while waiting for condition.", [max]);
        }

        return fulfilled;
    }

    private async ValueTask<bool> Until(
        Func<Task<bool>> condition, TimeSpan? max, TimeSpan? interval, string? message, bool blocking, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(max);
        var fulfilled = await Holds(condition, limit, interval, blocking, cancellationToken).ConfigureAwait(!blocking);
        if (!fulfilled)
        {
            _assertions.Fail($"Timeout ({limit}) while waiting for a condition. {message}");
        }

        return fulfilled;
    }

    private static async ValueTask<bool> Holds(
        Func<Task<bool>> condition, TimeSpan max, TimeSpan? interval, bool blocking, CancellationToken cancellationToken)
    {
        var stop = Now + max;
        while (!await condition().ConfigureAwait(!blocking))
        {
            var left = stop - Now;
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await Pause(Shorter(interval ?? _defaultInterval, left), blocking, cancellationToken).ConfigureAwait(!blocking);
        }

        return true;
    }

    private async ValueTask<bool> Passes(Func<Task> assertion, TimeSpan? duration, TimeSpan? interval, bool blocking, CancellationToken cancellationToken)
    {
        var stop = Now + RemainingOrDilated(duration);
        while (true)
        {
            ExceptionDispatchInfo failure;
            try
            {
                await assertion().ConfigureAwait(!blocking);
                return true;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            var left = stop - Now;
            if (left <= TimeSpan.Zero)
            {
                failure.Throw();
            }

            await Pause(Shorter(interval ?? _defaultInterval, left), blocking, cancellationToken).ConfigureAwait(!blocking);
        }
    }

    private async ValueTask<T> Limited<T>(
        TimeSpan min, TimeSpan max, Func<Task<T>> function, string? hint, TimeSpan? epsilonValue, CancellationToken cancellationToken)
    {
        var limit = Dilated(max);
        var start = Now;
        var left = _testState.End is { } end ? end - start : limit;
        if (left < min)
        {
            _assertions.Fail($"At least {min} is required, but only {left} is left of the outer block. {Hint(hint)}");
        }

        _testState.LastWasNoMsg = false;
        limit = Shorter(limit, left);
        var outer = _testState.End;
        _testState.End = start + limit;
        T result;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            result = await function().ConfigureAwait(true);
        }
        finally
        {
            _testState.End = outer;
        }

        var took = Now - start;
        if (took < min)
        {
            _assertions.Fail($"The block took {took} and should have taken at least {min}. {Hint(hint)}");
        }

        // Expecting nothing uses up the block by its nature: only a shorter wait would have been a failure.
        if (!_testState.LastWasNoMsg && took > limit + (epsilonValue ?? TimeSpan.Zero))
        {
            _assertions.Fail($"The block took {took} and should have taken at most {limit}. {Hint(hint)}");
        }

        return result;
    }

    private static ValueTask Pause(TimeSpan duration, bool blocking, CancellationToken cancellationToken)
    {
        if (!blocking)
        {
            return new ValueTask(Task.Delay(duration, cancellationToken));
        }

        if (cancellationToken.WaitHandle.WaitOne(duration))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return ValueTask.CompletedTask;
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static Func<Task<T>> Async<T>(Func<T> function) => () =>
    {
        try
        {
            return Task.FromResult(function());
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    };

    private static Func<Task> Async(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };

    private static Func<Task<bool>> Valued(Func<Task> action) => async () =>
    {
        await action().ConfigureAwait(true);
        return true;
    };
}
