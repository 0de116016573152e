using Meditron.Actors.Actor;
using Meditron.Actors.Util;

namespace Meditron.Actors.Pattern;

/// <summary>Tries something again when it fails.</summary>
public static class RetrySupport
{
    /// <summary>Tries once, and up to <paramref name="attempts"/> times more, without pauses; the last failure is the result's.</summary>
    /// <typeparam name="T">The result.</typeparam>
    public static Task<T> Retry<T>(Func<Task<T>> attempt, int attempts) => Start(attempt, attempts, static _ => Option<TimeSpan>.None, null);

    /// <summary>Tries once, and up to <paramref name="attempts"/> times more, with pauses.</summary>
    /// <typeparam name="T">The result.</typeparam>
    public static Task<T> Retry<T>(Func<Task<T>> attempt, int attempts, TimeSpan delay, IScheduler scheduler) =>
        Start(attempt, attempts, _ => delay, scheduler);

    /// <summary>Tries once, and up to <paramref name="attempts"/> times more, with pauses that double from the first to the longest, each with a random part.</summary>
    /// <typeparam name="T">The result.</typeparam>
    public static Task<T> Retry<T>(Func<Task<T>> attempt, int attempts, TimeSpan minBackoff, TimeSpan maxBackoff, int randomFactor, IScheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(minBackoff, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBackoff, minBackoff);
        ArgumentOutOfRangeException.ThrowIfNegative(randomFactor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(randomFactor, 1);
        Random random = scheduler.NewRandom("retry");
        return Start(attempt, attempts, attempted => BackoffDelay.Calculate(attempted - 1, minBackoff, maxBackoff, randomFactor, random), scheduler);
    }

    /// <summary>Tries once, and up to <paramref name="attempts"/> times more, with the pause that a function gives for the number of attempts made.</summary>
    /// <typeparam name="T">The result.</typeparam>
    public static Task<T> Retry<T>(Func<Task<T>> attempt, int attempts, Func<int, Option<TimeSpan>> delayFunction, IScheduler scheduler) =>
        Start(attempt, attempts, delayFunction, scheduler);

    private static Task<T> Start<T>(Func<Task<T>> attempt, int attempts, Func<int, Option<TimeSpan>> delay, IScheduler? scheduler)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(delay);
        ArgumentOutOfRangeException.ThrowIfNegative(attempts);
        TaskCompletionSource<T> result = scheduler?.NewPromise<T>() ?? new TaskCompletionSource<T>();
        Try(attempt, attempts, 0, delay, scheduler, result);
        return result.Task;
    }

    private static void Try<T>(Func<Task<T>> attempt, int attempts, int attempted, Func<int, Option<TimeSpan>> delay, IScheduler? scheduler, TaskCompletionSource<T> result)
    {
        Task<T> task;
        try
        {
            task = attempt() ?? Task.FromException<T>(new InvalidOperationException("The attempt gave no task to wait for (null)."));
        }
        catch (Exception e)
        {
            task = Task.FromException<T>(e);
        }

        task.OnCompleted(ended =>
        {
            int made = attempted + 1;
            if (ended.IsCompletedSuccessfully || made > attempts)
            {
                result.CompleteFrom(task);
                return;
            }

            Option<TimeSpan> pause = delay(made);
            if (scheduler is null || !pause.HasValue || pause.Value <= TimeSpan.Zero)
            {
                Try(attempt, attempts, made, delay, scheduler, result);
            }
            else
            {
                scheduler.Advanced.ScheduleOnce(pause.Value, () => Try(attempt, attempts, made, delay, scheduler, result));
            }
        });
    }
}

/// <summary>Does something later.</summary>
public static class FutureTimeoutSupport
{
    /// <summary>Makes a call after a time, and gives its result.</summary>
    /// <typeparam name="T">The result.</typeparam>
    public static Task<T> After<T>(TimeSpan timeout, IScheduler scheduler, Func<Task<T>> value)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentNullException.ThrowIfNull(value);
        TaskCompletionSource<T> result = scheduler.NewPromise<T>();

        void Call()
        {
            try
            {
                Task<T> task = value();
                task.OnCompleted(_ => result.CompleteFrom(task));
            }
            catch (Exception e)
            {
                result.TrySetException(e);
            }
        }

        if (timeout <= TimeSpan.Zero)
        {
            Call();
        }
        else
        {
            scheduler.Advanced.ScheduleOnce(timeout, Call);
        }

        return result.Task;
    }
}
