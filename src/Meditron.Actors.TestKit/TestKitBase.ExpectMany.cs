using Meditron.Actors.TestKit.Internal;

namespace Meditron.Actors.TestKit;

/// <content>Expecting several messages, one of several, or none.</content>
public abstract partial class TestKitBase
{
    /// <summary>Expects as many messages as given, equal to them in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) =>
        All(messages, RemainingOrDefault, true, CancellationToken.None).Result();

    /// <summary>Expects as many messages as given, equal to them in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) =>
        All(messages, RemainingOrDilated(max), true, CancellationToken.None).Result();

    /// <summary>Expects as many messages as given, equal to them in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        All(messages, RemainingOrDefault, true, cancellationToken).Result();

    /// <summary>Expects as many messages as given, equal to them in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        All(messages, RemainingOrDilated(max), true, cancellationToken).Result();

    /// <summary>Expects as many messages as given, equal to them in any order.</summary>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Stream(All(messages, RemainingOrDefault, false, cancellationToken), CancellationToken.None);

    /// <summary>Expects as many messages as given, equal to them in any order.</summary>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Stream(All(messages, RemainingOrDilated(max), false, cancellationToken), CancellationToken.None);

    /// <summary>Expects as many messages as predicates, one for each in any order.</summary>
    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(params PredicateInfo[] predicates) =>
        Matching(predicates, RemainingOrDefault, true, CancellationToken.None).Result();

    /// <summary>Expects as many messages as predicates, one for each in any order.</summary>
    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(TimeSpan max, params PredicateInfo[] predicates) =>
        Matching(predicates, RemainingOrDilated(max), true, CancellationToken.None).Result();

    /// <summary>Expects as many messages as predicates, one for each in any order.</summary>
    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken) =>
        Matching(predicates, RemainingOrDefault, true, cancellationToken).Result();

    /// <summary>Expects as many messages as predicates, one for each in any order.</summary>
    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(
        TimeSpan max, IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken) =>
        Matching(predicates, RemainingOrDilated(max), true, cancellationToken).Result();

    /// <summary>Expects as many messages as predicates, one for each in any order.</summary>
    public IAsyncEnumerable<object> ExpectMsgAllOfMatchingPredicatesAsync(
        IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken = default) =>
        Stream(Matching(predicates, RemainingOrDefault, false, cancellationToken), CancellationToken.None);

    /// <summary>Expects as many messages as predicates, one for each in any order.</summary>
    public IAsyncEnumerable<object> ExpectMsgAllOfMatchingPredicatesAsync(
        TimeSpan max, IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken = default) =>
        Stream(Matching(predicates, RemainingOrDilated(max), false, cancellationToken), CancellationToken.None);

    /// <summary>Expects the next message to equal one of those given.</summary>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Any(messages, true, cancellationToken).Result();

    /// <summary>Expects the next message to equal one of those given.</summary>
    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Any(messages, false, cancellationToken);

    /// <summary>Expects that nothing comes in what is left of the Within block, or in the default time.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) => Nothing(RemainingOrDefault, true, cancellationToken).Result();

    /// <summary>Expects that nothing comes in the given time.</summary>
    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Nothing(Dilated(duration), true, cancellationToken).Result();

    /// <summary>Expects that nothing comes in that many milliseconds.</summary>
    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <summary>Expects that nothing comes in what is left of the Within block, or in the default time.</summary>
    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) => Nothing(RemainingOrDefault, false, cancellationToken);

    /// <summary>Expects that nothing comes in the given time.</summary>
    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Nothing(Dilated(duration), false, cancellationToken);

    /// <summary>Expects that nothing comes in that many milliseconds.</summary>
    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private async ValueTask<IReadOnlyCollection<T>> All<T>(
        IReadOnlyCollection<T> expected, TimeSpan max, bool blocking, CancellationToken cancellationToken)
    {
        var received = await ReceiveMany(expected.Count, max, blocking, cancellationToken).ConfigureAwait(false);
        var missing = expected.ToList();
        var unexpected = new List<object>();
        foreach (var message in received)
        {
            var at = missing.FindIndex(candidate => Equals(candidate, message));
            if (at < 0)
            {
                unexpected.Add(message);
            }
            else
            {
                missing.RemoveAt(at);
            }
        }

        if (missing.Count > 0)
        {
            _assertions.Fail($"Not received: {Describe(missing.Cast<object>())}; received instead: {Describe(unexpected)}");
        }

        return [.. received.Cast<T>()];
    }

    private async ValueTask<IReadOnlyCollection<object>> Matching(
        IReadOnlyCollection<PredicateInfo> predicates, TimeSpan max, bool blocking, CancellationToken cancellationToken)
    {
        var received = await ReceiveMany(predicates.Count, max, blocking, cancellationToken).ConfigureAwait(false);
        var open = predicates.ToList();
        var unexpected = new List<object>();
        foreach (var message in received)
        {
            var at = open.FindIndex(predicate => predicate.Matches(message));
            if (at < 0)
            {
                unexpected.Add(message);
            }
            else
            {
                open.RemoveAt(at);
            }
        }

        if (open.Count > 0)
        {
            _assertions.Fail($"No message matches {string.Join(", ", open)}; these match nothing: {Describe(unexpected)}");
        }

        return received;
    }

    private async ValueTask<T> Any<T>(IEnumerable<T> messages, bool blocking, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDefault;
        var expected = messages.ToList();
        var envelope = await Take(limit, blocking, cancellationToken).ConfigureAwait(false);
        if (envelope is null)
        {
            _assertions.Fail($"Timeout ({limit}) while waiting for one of {Describe(expected.Cast<object>())}.");
        }

        if (!expected.Exists(candidate => Equals(candidate, envelope!.Message)))
        {
            _assertions.Fail($"Expected one of {Describe(expected.Cast<object>())}, received {Describe(envelope!.Message)} from {envelope.Sender}.");
        }

        return (T)envelope!.Message;
    }

    private async ValueTask Nothing(TimeSpan duration, bool blocking, CancellationToken cancellationToken)
    {
        var envelope = await Take(duration, blocking, cancellationToken).ConfigureAwait(false);
        _testState.LastWasNoMsg = true;
        if (envelope is not null)
        {
            _assertions.Fail($"Expected no message for {duration}, received {Describe(envelope.Message)} from {envelope.Sender}.");
        }
    }
}
