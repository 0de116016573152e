using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Persistence;

/// <summary>Sends messages again and again until they are confirmed, for an actor that persists what it sent and what was confirmed.</summary>
public class AtLeastOnceDeliverySemantic
{
    private readonly IActorContext _context;
    private readonly SortedDictionary<long, Delivery> _unconfirmed = [];
    private long _deliverySequenceNr;
    private ICancelable? _redelivery;

    /// <summary>Made by an actor for itself.</summary>
    public AtLeastOnceDeliverySemantic(IActorContext context, PersistenceSettings.AtLeastOnceDeliverySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _context = context;
        RedeliverInterval = settings.RedeliverInterval;
        RedeliveryBurstLimit = settings.RedeliveryBurstLimit;
        WarnAfterNumberOfUnconfirmedAttempts = settings.WarnAfterNumberOfUnconfirmedAttempts;
        MaxUnconfirmedMessages = settings.MaxUnconfirmedMessages;
    }

    /// <summary>After how long a message that is not confirmed is sent again.</summary>
    public TimeSpan RedeliverInterval { get; }

    /// <summary>The largest number of messages that are sent again at once.</summary>
    public int RedeliveryBurstLimit { get; }

    /// <summary>After how many tries the actor gets an <see cref="UnconfirmedWarning"/>.</summary>
    public int WarnAfterNumberOfUnconfirmedAttempts { get; }

    /// <summary>The largest number of messages that may wait for their confirmation.</summary>
    public int MaxUnconfirmedMessages { get; }

    /// <summary>The number of messages that wait for their confirmation.</summary>
    public int UnconfirmedCount => _unconfirmed.Count;

    private DateTime Now => _context.System.Scheduler.Now.UtcDateTime;

    /// <summary>Sends a message until it is confirmed; while the actor recovers, it is sent after the recovery.</summary>
    /// <exception cref="MaxUnconfirmedMessagesExceededException">Too many wait already.</exception>
    public void Deliver(ActorPath destination, Func<long, object> deliveryMessageMapper, bool isRecovering)
    {
        ArgumentNullException.ThrowIfNull(deliveryMessageMapper);
        if (_unconfirmed.Count >= MaxUnconfirmedMessages)
        {
            throw new MaxUnconfirmedMessagesExceededException(
                $"{_context.Self} has too many unconfirmed messages: {MaxUnconfirmedMessages} are allowed (akka.persistence.at-least-once-delivery.max-unconfirmed-messages).");
        }

        var id = ++_deliverySequenceNr;
        var delivery = new Delivery(destination, deliveryMessageMapper(id), isRecovering ? Now - RedeliverInterval : Now, 0);
        if (isRecovering)
        {
            _unconfirmed[id] = delivery;
        }
        else
        {
            Send(id, delivery, delivery.Timestamp);
        }
    }

    /// <summary>Ends the delivery of a message; false if it was not under way.</summary>
    public bool ConfirmDelivery(long deliveryId)
    {
        var confirmed = _unconfirmed.Remove(deliveryId);
        if (_unconfirmed.Count == 0)
        {
            Cancel();
        }

        return confirmed;
    }

    /// <summary>The state, to be saved with a snapshot.</summary>
    public AtLeastOnceDeliverySnapshot GetDeliverySnapshot() =>
        new(_deliverySequenceNr, [.. _unconfirmed.Select(entry => new UnconfirmedDelivery(entry.Key, entry.Value.Destination, entry.Value.Message))]);

    /// <summary>Takes a state over from a snapshot.</summary>
    public void SetDeliverySnapshot(AtLeastOnceDeliverySnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _deliverySequenceNr = snapshot.CurrentDeliveryId;
        _unconfirmed.Clear();
        foreach (var each in snapshot.UnconfirmedDeliveries)
        {
            _unconfirmed[each.DeliveryId] = new Delivery(each.Destination, each.Message, Now - RedeliverInterval, 0);
        }
    }

    /// <summary>Ends sending again.</summary>
    public void Cancel()
    {
        _redelivery?.Cancel();
        _redelivery = null;
    }

    /// <summary>To be called when the actor's events have been replayed.</summary>
    public void OnReplaySuccess()
    {
        if (_unconfirmed.Count > 0)
        {
            RedeliverOverdue();
            StartRedelivery();
        }
    }

    /// <summary>Handles the messages of the delivery's own; false if it is none.</summary>
    public bool AroundReceive(Receive receive, object message)
    {
        if (message is not RedeliveryTick)
        {
            return false;
        }

        RedeliverOverdue();
        return true;
    }

    private void RedeliverOverdue()
    {
        var now = Now;
        var warnings = new List<UnconfirmedDelivery>();
        foreach (var (id, delivery) in _unconfirmed.Where(entry => entry.Value.Timestamp <= now - RedeliverInterval).Take(RedeliveryBurstLimit).ToArray())
        {
            Send(id, delivery, now);
            if (delivery.Attempt == WarnAfterNumberOfUnconfirmedAttempts)
            {
                warnings.Add(new UnconfirmedDelivery(id, delivery.Destination, delivery.Message));
            }
        }

        if (warnings.Count > 0)
        {
            _context.Self.Tell(new UnconfirmedWarning([.. warnings]));
        }
    }

    private void Send(long id, Delivery delivery, DateTime time)
    {
        _context.ActorSelection(delivery.Destination).Tell(delivery.Message);
        _unconfirmed[id] = new Delivery(delivery.Destination, delivery.Message, time, delivery.Attempt + 1);
        StartRedelivery();
    }

    private void StartRedelivery() =>
        _redelivery ??= _context.System.Scheduler.ScheduleTellRepeatedlyCancelable(RedeliverInterval / 2, RedeliverInterval, _context.Self, RedeliveryTick.Instance, _context.Self);

    /// <summary>A message under way.</summary>
    public sealed class Delivery : IEquatable<Delivery>
    {
        /// <summary>Describes the message.</summary>
        public Delivery(ActorPath destination, object message, DateTime timestamp, int attempt)
        {
            Destination = destination;
            Message = message;
            Timestamp = timestamp;
            Attempt = attempt;
        }

        /// <summary>How often it was sent.</summary>
        public int Attempt { get; }

        /// <summary>Where it goes.</summary>
        public ActorPath Destination { get; }

        /// <summary>The message.</summary>
        public object Message { get; }

        /// <summary>When it was sent last.</summary>
        public DateTime Timestamp { get; }

        /// <summary>The same, sent once more.</summary>
        public Delivery IncrementedCopy() => new(Destination, Message, Timestamp, Attempt + 1);

        /// <inheritdoc/>
        public bool Equals(Delivery? other) =>
            other is not null && Attempt == other.Attempt && Timestamp == other.Timestamp && Equals(Destination, other.Destination) && Equals(Message, other.Message);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => Equals(obj as Delivery);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Destination, Timestamp, Attempt);

        /// <inheritdoc/>
        public override string ToString() => $"Delivery<dest: {Destination}, attempt: {Attempt}, timestamp: {Timestamp:O}, message: {Message}>";
    }

    /// <summary>Says that it is time to send messages again.</summary>
    public sealed class RedeliveryTick : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        private RedeliveryTick()
        {
        }

        /// <summary>The one instance.</summary>
        public static RedeliveryTick Instance { get; } = new();

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is RedeliveryTick;

        /// <inheritdoc/>
        public override int GetHashCode() => nameof(RedeliveryTick).GetHashCode(StringComparison.Ordinal);
    }
}
