using Meditron.Actors.Actor;
using Meditron.Actors.TestKit.Internal;

namespace Meditron.Actors.TestKit.EventFilters;

/// <summary>Installs filters at a system's logger for a while and counts what they take.</summary>
internal sealed class EventFilterApplier(TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilter> filters) : IEventFilterApplier
{
    public EventFilterFactory And => new(testkit, system, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) => Expect(1, action, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Count(expectedCount, null, Completed(action), true, cancellationToken).Result();

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Count(expectedCount, timeout, Completed(action), true, cancellationToken).Result();

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Expect(1, func, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) => Expect(1, timeout, func, cancellationToken);

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Count(expectedCount, null, Completed(func), true, cancellationToken).Result();

    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Count(expectedCount, timeout, Completed(func), true, cancellationToken).Result();

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) => ExpectAsync(1, actionAsync, cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, timeout, actionAsync, cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        Count(expectedCount, null, Valued(actionAsync), false, cancellationToken).AsTask();

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, TimeSpan? timeout, CancellationToken cancellationToken = default) =>
        Count(expectedCount, timeout, Valued(actionAsync), false, cancellationToken).AsTask();

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        Count(expectedCount, timeout, Valued(actionAsync), false, cancellationToken).AsTask();

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) => ExpectAsync(1, func, cancellationToken);

    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, timeout, func, cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Count(expectedCount, null, func, false, cancellationToken).AsTask();

    public Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Count(expectedCount, timeout, func, false, cancellationToken).AsTask();

    public void Mute(Action action, CancellationToken cancellationToken = default) => Muted(Completed(action)).Result();

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) => Muted(Completed(func)).Result();

    public Task MuteAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) => Muted(Valued(actionAsync)).AsTask();

    public Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) => Muted(func).AsTask();

    public IUnmutableFilter Mute() => new MutedFilters(system, filters);

    private async ValueTask<T> Muted<T>(Func<Task<T>> function)
    {
        using (Mute())
        {
            return await function().ConfigureAwait(true);
        }
    }

    private async ValueTask<T> Count<T>(int expected, TimeSpan? timeout, Func<Task<T>> function, bool blocking, CancellationToken cancellationToken)
    {
        var count = 0;
        var matched = () =>
        {
            Interlocked.Increment(ref count);
        };
        foreach (var filter in filters)
        {
            filter.OnMatch(matched);
        }

        try
        {
            using var muted = Mute();
            var result = await function().ConfigureAwait(!blocking);
            var limit = testkit.Dilated(timeout ?? testkit.TestKitSettings.TestEventFilterLeeway);

            // That nothing comes cannot be seen before the time is over; that too much comes can.
            var reached = expected == 0 ? () => Volatile.Read(ref count) > 0 : (Func<bool>)(() => Volatile.Read(ref count) >= expected);
            _ = blocking
                ? testkit.AwaitConditionNoThrow(reached, limit, null, cancellationToken)
                : await testkit.AwaitConditionNoThrowAsync(reached, limit, null, cancellationToken).ConfigureAwait(true);
            var seen = Volatile.Read(ref count);
            if (seen < expected)
            {
                testkit.KitAssertions.Fail($"Timeout ({limit}) while waiting for log events: {seen} of {expected} came that match {Describe()}.");
            }

            if (seen > expected)
            {
                testkit.KitAssertions.Fail($"{seen} log events came that match {Describe()}, {expected} were expected.");
            }

            return result;
        }
        finally
        {
            foreach (var filter in filters)
            {
                filter.ForgetMatch(matched);
            }
        }
    }

    private string Describe() => string.Join(" or ", filters.Select(filter => $"[{filter}]"));

    private static Func<Task<bool>> Completed(Action action) => () =>
    {
        action();
        return Task.FromResult(true);
    };

    private static Func<Task<T>> Completed<T>(Func<T> function) => () => Task.FromResult(function());

    private static Func<Task<bool>> Valued(Func<Task> action) => async () =>
    {
        await action().ConfigureAwait(true);
        return true;
    };

    private sealed class MutedFilters : IUnmutableFilter
    {
        private readonly ActorSystem _system;

        private readonly IReadOnlyList<EventFilter> _filters;

        private int _unmuted;

        public MutedFilters(ActorSystem system, IReadOnlyList<EventFilter> filters)
        {
            _system = system;
            _filters = filters;
            system.EventStream.Publish(new Mute(filters));
        }

        public void Unmute()
        {
            if (Interlocked.Exchange(ref _unmuted, 1) == 0)
            {
                _system.EventStream.Publish(new Unmute(_filters));
            }
        }

        public void Dispose() => Unmute();
    }
}
