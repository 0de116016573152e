using Meditron.Actors.Actor;
using Meditron.Actors.TestKit.Internal;

namespace Meditron.Actors.TestKit;

/// <content>Expecting one message.</content>
public abstract partial class TestKitBase
{
    /// <summary>Expects the next message to be of a type.</summary>
    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(duration, hint, null, true, cancellationToken).Result();

    /// <summary>Expects the next message to equal <paramref name="message"/>.</summary>
    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, Equal(message, hint), true, cancellationToken).Result();

    /// <summary>Expects the next message to be of a type and to fulfil a predicate.</summary>
    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, Fulfils<T>((message, _) => isMessage(message), hint), true, cancellationToken).Result();

    /// <summary>Expects the next message to be of a type and to pass assertions.</summary>
    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, (message, _) => assert(message), true, cancellationToken).Result();

    /// <summary>Expects the next message to be of a type and to fulfil, with its sender, a predicate.</summary>
    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, Fulfils(isMessageAndSender, hint), true, cancellationToken).Result();

    /// <summary>Expects the next message to be of a type and to pass, with its sender, assertions.</summary>
    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, assertMessageAndSender, true, cancellationToken).Result();

    /// <summary>Expects the next message to equal <paramref name="expected"/> for the comparer.</summary>
    public T ExpectMsg<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, (message, _) => _assertions.AssertEqual(expected, message, comparer, Hint(hint)), true, cancellationToken).Result();

    /// <summary>Expects the next message to tell that an actor has terminated.</summary>
    public Terminated ExpectTerminated(IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<Terminated>(timeout, hint, IsAbout(target, hint), true, cancellationToken).Result();

    /// <summary>Expects the next message to be of a type.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(duration, hint, null, false, cancellationToken);

    /// <summary>Expects the next message to equal <paramref name="message"/>.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, Equal(message, hint), false, cancellationToken);

    /// <summary>Expects the next message to be of a type and to fulfil a predicate.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, Fulfils<T>((message, _) => isMessage(message), hint), false, cancellationToken);

    /// <summary>Expects the next message to be of a type and to pass assertions.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, (message, _) => assert(message), false, cancellationToken);

    /// <summary>Expects the next message to be of a type and to fulfil, with its sender, a predicate.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, Fulfils(isMessageAndSender, hint), false, cancellationToken);

    /// <summary>Expects the next message to be of a type and to pass, with its sender, assertions.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, assertMessageAndSender, false, cancellationToken);

    /// <summary>Expects the next message to equal <paramref name="expected"/> for the comparer.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, (message, _) => _assertions.AssertEqual(expected, message, comparer, Hint(hint)), false, cancellationToken);

    /// <summary>Expects the next message to tell that an actor has terminated.</summary>
    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<Terminated>(timeout, hint, IsAbout(target, hint), false, cancellationToken);

    /// <summary>Expects a message of a type from a sender.</summary>
    public T ExpectMsgFrom<T>(IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(duration, hint, From<T>(sender, hint), true, cancellationToken).Result();

    /// <summary>Expects a message from a sender.</summary>
    public T ExpectMsgFrom<T>(IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, From<T>(sender, hint) + Equal(message, hint), true, cancellationToken).Result();

    /// <summary>Expects a message that fulfils a predicate from a sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, From<T>(sender, hint) + Fulfils<T>((message, _) => isMessage(message), hint), true, cancellationToken).Result();

    /// <summary>Expects a message whose sender and content fulfil predicates.</summary>
    public T ExpectMsgFrom<T>(
        Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, Fulfils<T>((message, sender) => isSender(sender) && isMessage(message), hint), true, cancellationToken).Result();

    /// <summary>Expects a message that passes assertions from a sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, From<T>(sender, hint) + ((message, _) => assertMessage(message)), true, cancellationToken).Result();

    /// <summary>Expects a message whose sender and content pass assertions.</summary>
    public T ExpectMsgFrom<T>(
        Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, (message, sender) => Both(assertSender, assertMessage, message, sender), true, cancellationToken).Result();

    /// <summary>Expects a message of a type from a sender.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(duration, hint, From<T>(sender, hint), false, cancellationToken);

    /// <summary>Expects a message from a sender.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, From<T>(sender, hint) + Equal(message, hint), false, cancellationToken);

    /// <summary>Expects a message that fulfils a predicate from a sender.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, From<T>(sender, hint) + Fulfils<T>((message, _) => isMessage(message), hint), false, cancellationToken);

    /// <summary>Expects a message whose sender and content fulfil predicates.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, Fulfils<T>((message, sender) => isSender(sender) && isMessage(message), hint), false, cancellationToken);

    /// <summary>Expects a message that passes assertions from a sender.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, hint, From<T>(sender, hint) + ((message, _) => assertMessage(message)), false, cancellationToken);

    /// <summary>Expects a message whose sender and content pass assertions.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, hint, (message, sender) => Both(assertSender, assertMessage, message, sender), false, cancellationToken);

    private async ValueTask<T> Expect<T>(
        TimeSpan? timeout, string? hint, Action<T, IActorRef>? check, bool blocking, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(timeout);
        var envelope = await Take(limit, blocking, cancellationToken).ConfigureAwait(false);
        if (envelope is null)
        {
            _assertions.Fail($"Timeout ({limit}) while waiting for a message of type {typeof(T)}. {Hint(hint)}");
        }

        if (envelope!.Message is not T message)
        {
            _assertions.Fail($"Expected a message of type {typeof(T)}, received {Describe(envelope.Message)} from {envelope.Sender}. {Hint(hint)}");
            return default!;
        }

        check?.Invoke(message, envelope.Sender);
        return message;
    }

    private Action<T, IActorRef> Equal<T>(T expected, string? hint) => (message, _) => _assertions.AssertEqual(expected, message, Hint(hint));

    private Action<T, IActorRef> Fulfils<T>(Func<T, IActorRef, bool> predicate, string? hint) => (message, sender) =>
    {
        if (!predicate(message, sender))
        {
            _assertions.Fail($"The message {Describe(message)} from {sender} does not fulfil the predicate. {Hint(hint)}");
        }
    };

    private Action<T, IActorRef> From<T>(IActorRef expected, string? hint) => (message, sender) =>
    {
        if (!Equals(expected, sender) && !Equals(sender, expected))
        {
            _assertions.Fail($"Expected a message from {expected}, received {Describe(message)} from {sender}. {Hint(hint)}");
        }
    };

    private Action<Terminated, IActorRef> IsAbout(IActorRef target, string? hint) => (message, _) =>
    {
        if (!Equals(target, message.ActorRef) && !Equals(message.ActorRef, target))
        {
            _assertions.Fail($"Expected that {target} has terminated, received {message}. {Hint(hint)}");
        }
    };

    private static void Both<T>(Action<IActorRef> assertSender, Action<T> assertMessage, T message, IActorRef sender)
    {
        assertSender(sender);
        assertMessage(message);
    }

    private static string Hint(string? hint) => hint ?? "";
}
