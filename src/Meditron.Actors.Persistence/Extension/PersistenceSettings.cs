using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Persistence;

/// <summary>The settings of an actor system's persistence, read and checked once.</summary>
public sealed class PersistenceSettings
{
    /// <summary>Reads the settings from the section akka.persistence.</summary>
    /// <exception cref="ConfigurationException">A value is out of range.</exception>
    public PersistenceSettings(ActorSystem system, Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        AtLeastOnceDelivery = new AtLeastOnceDeliverySettings(config);
        Internal = new InternalSettings(config);
        MaxConcurrentRecoveries = Positive(config, "max-concurrent-recoveries");
    }

    /// <summary>Delivery of messages until they are confirmed.</summary>
    public AtLeastOnceDeliverySettings AtLeastOnceDelivery { get; set; }

    /// <summary>For tests of plugins.</summary>
    public InternalSettings Internal { get; }

    internal int MaxConcurrentRecoveries { get; }

    internal static int Positive(Config config, string key) =>
        config.GetInt(key) is > 0 and var value ? value : throw new ConfigurationException($"akka.persistence.{key} is {config.GetString(key)}; allowed is a number above 0.");

    internal static TimeSpan PositiveTime(Config config, string key) =>
        config.GetTimeSpan(key, null, allowInfinite: false) is var value && value > TimeSpan.Zero
            ? value
            : throw new ConfigurationException($"akka.persistence.{key} is {config.GetString(key)}; allowed is a time above 0.");

    /// <summary>How messages are delivered until they are confirmed.</summary>
    public sealed class AtLeastOnceDeliverySettings
    {
        /// <summary>Makes the settings.</summary>
        public AtLeastOnceDeliverySettings(TimeSpan redeliverInterval, int redeliveryBurstLimit, int warnAfterNumberOfUnconfirmedAttempts, int maxUnconfirmedMessages)
        {
            RedeliverInterval = redeliverInterval;
            RedeliveryBurstLimit = redeliveryBurstLimit;
            WarnAfterNumberOfUnconfirmedAttempts = warnAfterNumberOfUnconfirmedAttempts;
            MaxUnconfirmedMessages = maxUnconfirmedMessages;
        }

        /// <summary>Reads the settings from the section akka.persistence.</summary>
        public AtLeastOnceDeliverySettings(Config config)
            : this(
                PositiveTime(config, "at-least-once-delivery.redeliver-interval"),
                Positive(config, "at-least-once-delivery.redelivery-burst-limit"),
                Positive(config, "at-least-once-delivery.warn-after-number-of-unconfirmed-attempts"),
                Positive(config, "at-least-once-delivery.max-unconfirmed-messages"))
        {
        }

        /// <summary>After how long a message that is not confirmed is sent again.</summary>
        public TimeSpan RedeliverInterval { get; }

        /// <summary>The largest number of messages that are sent again at once.</summary>
        public int RedeliveryBurstLimit { get; }

        /// <summary>After how many tries the actor gets an <see cref="UnconfirmedWarning"/>.</summary>
        public int WarnAfterNumberOfUnconfirmedAttempts { get; }

        /// <summary>The largest number of messages that may wait for their confirmation.</summary>
        public int MaxUnconfirmedMessages { get; }

        /// <summary>The same with another interval.</summary>
        public AtLeastOnceDeliverySettings WithRedeliverInterval(TimeSpan redeliverInterval) =>
            new(redeliverInterval, RedeliveryBurstLimit, WarnAfterNumberOfUnconfirmedAttempts, MaxUnconfirmedMessages);

        /// <summary>The same with another number of messages that may wait.</summary>
        public AtLeastOnceDeliverySettings WithMaxUnconfirmedMessages(int maxUnconfirmedMessages) =>
            new(RedeliverInterval, RedeliveryBurstLimit, WarnAfterNumberOfUnconfirmedAttempts, maxUnconfirmedMessages);

        /// <summary>The same with another number of messages that are sent again at once.</summary>
        public AtLeastOnceDeliverySettings WithRedeliveryBurstLimit(int redeliveryBurstLimit) =>
            new(RedeliverInterval, redeliveryBurstLimit, WarnAfterNumberOfUnconfirmedAttempts, MaxUnconfirmedMessages);

        /// <summary>The same with another number of tries.</summary>
        public AtLeastOnceDeliverySettings WithUnconfirmedAttemptsToWarn(int unconfirmedAttemptsToWarn) =>
            new(RedeliverInterval, RedeliveryBurstLimit, unconfirmedAttemptsToWarn, MaxUnconfirmedMessages);
    }

    /// <summary>What tests of plugins see.</summary>
    public sealed class InternalSettings
    {
        /// <summary>Reads the settings from the section akka.persistence.</summary>
        public InternalSettings(Config config)
        {
            PublishPluginCommands = config.GetBoolean("publish-plugin-commands");
            PublishConfirmations = config.GetBoolean("publish-confirmations");
        }

        /// <summary>Whether replays and deletions are published on the event stream.</summary>
        public bool PublishPluginCommands { get; }

        /// <summary>Has no effect.</summary>
        public bool PublishConfirmations { get; }
    }
}
