using System.Collections;
using System.Runtime.CompilerServices;
using Meditron.Actors.TestKit.Internal;

namespace Meditron.Actors.TestKit;

/// <content>Taking messages.</content>
public abstract partial class TestKitBase
{
    /// <summary>Takes the next message; null when none comes in time.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        MessageOrNull(Take(RemainingOrDilated(max), true, cancellationToken).Result());

    /// <summary>Takes the next message; null when none comes in time.</summary>
    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        MessageOrNull(await Take(RemainingOrDilated(max), false, cancellationToken).ConfigureAwait(false));

    /// <summary>Takes the next message with its sender, if one comes in time.</summary>
    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var taken = Take(RemainingOrDilated(max), true, cancellationToken).Result();
        envelope = taken ?? NullMessageEnvelope.Instance;
        return taken is not null;
    }

    /// <summary>Takes the next message with its sender, if one comes in time.</summary>
    public async ValueTask<(bool Success, MessageEnvelope Envelope)> TryReceiveOneAsync(TimeSpan? max, CancellationToken cancellationToken = default)
    {
        var taken = await Take(RemainingOrDilated(max), false, cancellationToken).ConfigureAwait(false);
        return (taken is not null, taken ?? NullMessageEnvelope.Instance);
    }

    /// <summary>Looks at the next message without taking it; null when none comes in time.</summary>
    public object PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        MessageOrNull(_testState.Queue.Peek(RemainingOrDilated(max), true, cancellationToken).Result());

    /// <summary>Looks at the next message without taking it, waiting until one comes or the token is cancelled.</summary>
    public object PeekOne(CancellationToken cancellationToken) =>
        MessageOrNull(_testState.Queue.Peek(Timeout.InfiniteTimeSpan, true, cancellationToken).Result());

    /// <summary>Looks at the next message without taking it; null when none comes in time.</summary>
    public async ValueTask<object> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        MessageOrNull(await _testState.Queue.Peek(RemainingOrDilated(max), false, cancellationToken).ConfigureAwait(false));

    /// <summary>Looks at the next message without taking it, waiting until one comes or the token is cancelled.</summary>
    public async ValueTask<object> PeekOneAsync(CancellationToken cancellationToken) =>
        MessageOrNull(await _testState.Queue.Peek(Timeout.InfiniteTimeSpan, false, cancellationToken).ConfigureAwait(false));

    /// <summary>Looks at the next message and its sender without taking them, if one comes in time.</summary>
    public bool TryPeekOne(out MessageEnvelope envelope, TimeSpan? max, CancellationToken cancellationToken)
    {
        var seen = _testState.Queue.Peek(RemainingOrDilated(max), true, cancellationToken).Result();
        envelope = seen ?? NullMessageEnvelope.Instance;
        return seen is not null;
    }

    /// <summary>Looks at the next message and its sender without taking them, if one comes in time.</summary>
    public async ValueTask<(bool Success, MessageEnvelope Envelope)> TryPeekOneAsync(TimeSpan? max, CancellationToken cancellationToken)
    {
        var seen = await _testState.Queue.Peek(RemainingOrDilated(max), false, cancellationToken).ConfigureAwait(false);
        return (seen is not null, seen ?? NullMessageEnvelope.Instance);
    }

    /// <summary>Takes that many messages; the test fails when they do not come in time.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveMany(numberOfMessages, RemainingOrDefault, true, cancellationToken).Result();

    /// <summary>Takes that many messages; the test fails when they do not come in time.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        ReceiveMany(numberOfMessages, RemainingOrDilated(max), true, cancellationToken).Result();

    /// <summary>Takes that many messages; the test fails when they do not come in time.</summary>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Stream(ReceiveMany(numberOfMessages, RemainingOrDefault, false, cancellationToken), CancellationToken.None);

    /// <summary>Takes that many messages; the test fails when they do not come in time.</summary>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Stream(ReceiveMany(numberOfMessages, RemainingOrDilated(max), false, cancellationToken), CancellationToken.None);

    /// <summary>Takes messages until one matches, which it returns; the test fails when none does in time.</summary>
    public object FishForMessage(Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, null, max, hint, true, cancellationToken).Result();

    /// <summary>Takes messages until one of the type matches, which it returns; the test fails when none does in time.</summary>
    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, null, max, hint, true, cancellationToken).Result();

    /// <summary>Takes messages until one of the type matches; what is passed over is added to <paramref name="allMessages"/>.</summary>
    public T FishForMessage<T>(
        Predicate<T> isMessage, ArrayList allMessages, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, allMessages, max, hint, true, cancellationToken).Result();

    /// <summary>Takes messages until one matches, which it returns; the test fails when none does in time.</summary>
    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, null, max, hint, false, cancellationToken);

    /// <summary>Takes messages until one of the type matches, which it returns; the test fails when none does in time.</summary>
    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, null, max, hint, false, cancellationToken);

    /// <summary>Takes messages until one of the type matches; what is passed over is added to <paramref name="allMessages"/>.</summary>
    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, ArrayList allMessages, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, allMessages, max, hint, false, cancellationToken);

    /// <summary>Takes messages up to and with the first of the type.</summary>
    public async Task FishUntilMessageAsync<T>(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        await Fish<T>(_ => true, null, max, "", false, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes messages until none comes for <paramref name="max"/>; the test fails when more than <paramref name="maxMessages"/> come.</summary>
    public async Task<ArrayList> WaitForRadioSilenceAsync(TimeSpan? max = null, uint? maxMessages = null, CancellationToken cancellationToken = default)
    {
        var silence = RemainingOrDilated(max);
        var messages = new ArrayList();
        while (await Take(silence, false, cancellationToken).ConfigureAwait(false) is { } envelope)
        {
            messages.Add(envelope.Message);
            if (messages.Count > (maxMessages ?? uint.MaxValue))
            {
                _assertions.Fail($"Waited for {silence} of silence, but more than {maxMessages} messages came.");
            }
        }

        return messages;
    }

    /// <summary>Takes messages as long as the filter makes something of them; the first it makes null of stays in the queue.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(TimeSpan? max, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class => While(filter, max, null, msgs, true, cancellationToken).Result();

    /// <summary>Takes messages as long as the filter makes something of them and no pause is longer than <paramref name="idle"/>.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class => While(filter, max, idle, msgs, true, cancellationToken).Result();

    /// <summary>Takes messages as long as the filter makes something of them and no pause is longer than <paramref name="idle"/>.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T?> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class => While(filter, max, idle, msgs, true, cancellationToken).Result();

    /// <summary>Takes messages of the type as long as the predicate holds; others are passed over or end it.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default)
        where T : class => While(shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, true, cancellationToken).Result();

    /// <summary>Takes messages as long as the filter makes something of them; the first it makes null of stays in the queue.</summary>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class => Stream(While(filter, max, null, msgs, false, cancellationToken), CancellationToken.None);

    /// <summary>Takes messages as long as the filter makes something of them and no pause is longer than <paramref name="idle"/>.</summary>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class => Stream(While(filter, max, idle, msgs, false, cancellationToken), CancellationToken.None);

    /// <summary>Takes messages as long as the filter makes something of them and no pause is longer than <paramref name="idle"/>.</summary>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, T?> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class => Stream(While(filter, max, idle, msgs, false, cancellationToken), CancellationToken.None);

    /// <summary>Takes messages of the type as long as the predicate holds; others are passed over or end it.</summary>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default)
        where T : class =>
        Stream(While(shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, false, cancellationToken), CancellationToken.None);

    /// <summary>Takes the next message, and remembers it as the last one.</summary>
    private async ValueTask<MessageEnvelope?> Take(TimeSpan timeout, bool blocking, CancellationToken cancellationToken)
    {
        var envelope = await _testState.Queue.Take(timeout, blocking, cancellationToken).ConfigureAwait(false);
        _testState.LastWasNoMsg = false;
        _testState.LastMessage = envelope ?? NullMessageEnvelope.Instance;
        return envelope;
    }

    /// <summary>Null stands for "no message" as in every kit of this family, though its type does not say so.</summary>
    private static object MessageOrNull(MessageEnvelope? envelope) => envelope?.Message!;

    private async ValueTask<IReadOnlyCollection<object>> ReceiveMany(int count, TimeSpan max, bool blocking, CancellationToken cancellationToken)
    {
        var stop = Now + max;
        var messages = new List<object>();
        while (messages.Count < count)
        {
            var envelope = await Take(Positive(stop - Now), blocking, cancellationToken).ConfigureAwait(false);
            if (envelope is null)
            {
                _assertions.Fail($"Timeout ({max}) while expecting {count} messages. Only got {messages.Count}: {Describe(messages)}");
            }

            messages.Add(envelope!.Message);
        }

        return messages;
    }

    private async ValueTask<T> Fish<T>(
        Predicate<T> isMessage, ArrayList? passed, TimeSpan? max, string hint, bool blocking, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(max);
        var stop = Now + limit;
        var count = 0;
        while (true)
        {
            var envelope = await Take(Positive(stop - Now), blocking, cancellationToken).ConfigureAwait(false);
            if (envelope is null)
            {
                _assertions.Fail($"Timeout ({limit}) while fishing for a {typeof(T).Name}; {count} other messages came. {hint}");
            }

            if (envelope!.Message is T message && isMessage(message))
            {
                return message;
            }

            count++;
            passed?.Add(envelope.Message);
        }
    }

    private async ValueTask<IReadOnlyList<T>> While<T>(
        Func<object, T?> filter, TimeSpan? max, TimeSpan? idle, int msgs, bool blocking, CancellationToken cancellationToken)
        where T : class
    {
        var stop = Now + RemainingOrDilated(max);
        var messages = new List<T>();
        var last = _testState.LastMessage;
        while (messages.Count < msgs)
        {
            var limit = Positive(stop - Now);
            limit = idle is { } pause && pause < limit ? pause : limit;
            var envelope = await _testState.Queue.Peek(limit, blocking, cancellationToken).ConfigureAwait(false);
            if (envelope is null || filter(envelope.Message) is not { } result)
            {
                break;
            }

            last = await Take(TimeSpan.Zero, blocking, cancellationToken).ConfigureAwait(false);
            messages.Add(result);
        }

        _testState.LastMessage = last!;
        _testState.LastWasNoMsg = true;
        return messages;
    }

    private async ValueTask<IReadOnlyList<T>> While<T>(
        Predicate<T> shouldContinue, TimeSpan? max, TimeSpan? idle, int msgs, bool ignoreOthers, bool blocking, CancellationToken cancellationToken)
        where T : class
    {
        var stop = Now + RemainingOrDilated(max);
        var messages = new List<T>();
        while (messages.Count < msgs)
        {
            var limit = Positive(stop - Now);
            limit = idle is { } pause && pause < limit ? pause : limit;
            var envelope = await _testState.Queue.Peek(limit, blocking, cancellationToken).ConfigureAwait(false);
            var typed = envelope?.Message as T;
            if (envelope is null || (typed is null ? !ignoreOthers : !shouldContinue(typed)))
            {
                break;
            }

            await Take(TimeSpan.Zero, blocking, cancellationToken).ConfigureAwait(false);
            if (typed is not null)
            {
                messages.Add(typed);
            }
        }

        _testState.LastWasNoMsg = true;
        return messages;
    }

    private static async IAsyncEnumerable<T> Stream<T>(
        ValueTask<IReadOnlyCollection<T>> messages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var message in await messages.ConfigureAwait(false))
        {
            yield return message;
        }
    }

    private static async IAsyncEnumerable<T> Stream<T>(
        ValueTask<IReadOnlyList<T>> messages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var message in await messages.ConfigureAwait(false))
        {
            yield return message;
        }
    }

    private static string Describe(IEnumerable<object> messages) => "[" + string.Join(", ", messages.Select(Describe)) + "]";

    private static string Describe(object? message) => message is null ? "null" : $"<{message}> ({message.GetType().Name})";
}
