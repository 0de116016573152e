using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>A persistent actor that sends messages again and again until they are confirmed: it persists what it sent and what was confirmed.</summary>
public abstract class AtLeastOnceDeliveryActor : PersistentActor
{
    private readonly AtLeastOnceDeliverySemantic _delivery;

    /// <summary>Made by the engine alone, with the configuration's settings.</summary>
    protected AtLeastOnceDeliveryActor() => _delivery = new AtLeastOnceDeliverySemantic(Context, Extension.Settings.AtLeastOnceDelivery);

    /// <summary>Made by the engine alone, with settings of its own.</summary>
    protected AtLeastOnceDeliveryActor(PersistenceSettings.AtLeastOnceDeliverySettings settings) => _delivery = new AtLeastOnceDeliverySemantic(Context, settings);

    /// <summary>Made by the engine alone, with changed settings.</summary>
    protected AtLeastOnceDeliveryActor(Func<PersistenceSettings.AtLeastOnceDeliverySettings, PersistenceSettings.AtLeastOnceDeliverySettings> overrideSettings)
    {
        ArgumentNullException.ThrowIfNull(overrideSettings);
        _delivery = new AtLeastOnceDeliverySemantic(Context, overrideSettings(Extension.Settings.AtLeastOnceDelivery));
    }

    /// <summary>After how long a message that is not confirmed is sent again.</summary>
    public TimeSpan RedeliverInterval => _delivery.RedeliverInterval;

    /// <summary>The largest number of messages that are sent again at once.</summary>
    public int RedeliveryBurstLimit => _delivery.RedeliveryBurstLimit;

    /// <summary>After how many tries the actor gets an <see cref="UnconfirmedWarning"/>.</summary>
    public int WarnAfterNumberOfUnconfirmedAttempts => _delivery.WarnAfterNumberOfUnconfirmedAttempts;

    /// <summary>The largest number of messages that may wait for their confirmation.</summary>
    public int MaxUnconfirmedMessages => _delivery.MaxUnconfirmedMessages;

    /// <summary>The number of messages that wait for their confirmation.</summary>
    public int UnconfirmedCount => _delivery.UnconfirmedCount;

    /// <summary>Sends a message until it is confirmed; while the actor recovers, it is sent after the recovery.</summary>
    /// <exception cref="MaxUnconfirmedMessagesExceededException">Too many wait already.</exception>
    public void Deliver(ActorPath destination, Func<long, object> deliveryMessageMapper) => _delivery.Deliver(destination, deliveryMessageMapper, IsRecovering);

    /// <summary>Sends a message until it is confirmed; while the actor recovers, it is sent after the recovery.</summary>
    /// <exception cref="ArgumentException">The selection stands for several actors.</exception>
    public void Deliver(ActorSelection destination, Func<long, object> deliveryMessageMapper)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.PathString.Contains('*', StringComparison.Ordinal) || destination.PathString.Contains('?', StringComparison.Ordinal))
        {
            throw new ArgumentException($"Cannot deliver to {destination.PathString}: each message needs one confirmation, and a path with wildcards may stand for several actors.", nameof(destination));
        }

        Deliver(ActorPath.Parse(destination.Anchor.Path.ToString().TrimEnd('/') + destination.PathString), deliveryMessageMapper);
    }

    /// <summary>Ends the delivery of a message; false if it was not under way.</summary>
    public bool ConfirmDelivery(long deliveryId) => _delivery.ConfirmDelivery(deliveryId);

    /// <summary>The state of the delivery, to be saved with a snapshot.</summary>
    public AtLeastOnceDeliverySnapshot GetDeliverySnapshot() => _delivery.GetDeliverySnapshot();

    /// <summary>Takes the state of the delivery over from a snapshot.</summary>
    public void SetDeliverySnapshot(AtLeastOnceDeliverySnapshot snapshot) => _delivery.SetDeliverySnapshot(snapshot);

    /// <inheritdoc/>
    public override void AroundPreRestart(Exception cause, object message)
    {
        _delivery.Cancel();
        base.AroundPreRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPostStop()
    {
        _delivery.Cancel();
        base.AroundPostStop();
    }

    /// <inheritdoc/>
    protected override void OnReplaySuccess()
    {
        _delivery.OnReplaySuccess();
        base.OnReplaySuccess();
    }

    /// <inheritdoc/>
    protected internal override bool AroundReceive(Receive receive, object message) => _delivery.AroundReceive(receive, message) || base.AroundReceive(receive, message);
}
