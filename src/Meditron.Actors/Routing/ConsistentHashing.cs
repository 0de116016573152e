using System.Globalization;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Routing;

/// <summary>A message that knows the key by which it is routed.</summary>
public interface IConsistentHashable
{
    /// <summary>The key.</summary>
    object ConsistentHashKey { get; }
}

/// <summary>The key by which a message is routed; null for one that has none.</summary>
public delegate object ConsistentHashMapping(object msg);

/// <summary>A message with the key by which it is routed.</summary>
public sealed class ConsistentHashableEnvelope : RouterEnvelope, IConsistentHashable, IWrappedMessage
{
    /// <summary>Puts a message and its key into an envelope.</summary>
    public ConsistentHashableEnvelope(object message, object hashKey)
        : base(message)
    {
        HashKey = hashKey;
    }

    /// <summary>The key.</summary>
    public object HashKey { get; }

    /// <inheritdoc/>
    public object ConsistentHashKey => HashKey;
}

/// <summary>The routee to which a message's key belongs, always the same while the routees are.</summary>
public sealed class ConsistentHashingRoutingLogic : RoutingLogic
{
    private readonly ActorSystem _system;
    private readonly int _virtualNodesFactor;
    private readonly ConsistentHashMapping _mapping;
    private readonly Lazy<ILoggingAdapter> _log;
    private volatile Ring? _ring;

    /// <summary>Creates the logic for messages that know their keys.</summary>
    public ConsistentHashingRoutingLogic(ActorSystem system)
        : this(system, 0, NoMapping)
    {
    }

    /// <summary>Creates the logic with a function that gives the keys of messages that do not know theirs; 0 virtual nodes means the configured number.</summary>
    public ConsistentHashingRoutingLogic(ActorSystem system, int virtualNodesFactor, ConsistentHashMapping hashMapping)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
        _virtualNodesFactor = virtualNodesFactor > 0
            ? virtualNodesFactor
            : Pool.Checked(system.Settings.Config.GetInt("akka.actor.deployment.default.virtual-nodes-factor", 10), "virtual-nodes-factor");
        _mapping = hashMapping ?? NoMapping;
        _log = new Lazy<ILoggingAdapter>(() => Logging.GetLogger(_system, this));
    }

    /// <summary>This logic with another function for the keys.</summary>
    public ConsistentHashingRoutingLogic WithHashMapping(ConsistentHashMapping mapping) => new(_system, _virtualNodesFactor, mapping);

    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees)
    {
        if (message is null || routees is not { Length: > 0 })
        {
            return Routee.NoRoutee;
        }

        object? key = _mapping(message) ?? (message as IConsistentHashable)?.ConsistentHashKey;
        if (key is null)
        {
            _log.Value.Warning(
                "A {0} has no key to route it by: it must implement IConsistentHashable, be in a ConsistentHashableEnvelope, or have one from the router's mapping.",
                message.GetType().Name);
            return Routee.NoRoutee;
        }

        try
        {
            return RingOf(routees).NodeFor(BytesOf(key));
        }
        catch (Exception e)
        {
            _log.Value.Warning(e, "A {0} cannot be routed by its key [{1}]: {2}", message.GetType().Name, key, e.Message);
            return Routee.NoRoutee;
        }
    }

    internal static object NoMapping(object message) => null!;

    private byte[] BytesOf(object key) => key switch
    {
        byte[] bytes => bytes,
        string text => System.Text.Encoding.UTF8.GetBytes(text),
        _ when key.GetType().IsPrimitive || key is Guid or decimal or Enum =>
            System.Text.Encoding.UTF8.GetBytes(Convert.ToString(key, CultureInfo.InvariantCulture)!),
        _ => _system.Serialization.Serialize(key),
    };

    // A router's array of routees never changes, so the ring holds for as long as the array is the same.
    private ConsistentHash<Routee> RingOf(Routee[] routees)
    {
        if (_ring is { } known && ReferenceEquals(known.Routees, routees))
        {
            return known.Hash;
        }

        Ring ring = new(routees, ConsistentHash.Create(routees, _virtualNodesFactor));
        _ring = ring;
        return ring.Hash;
    }

    private sealed record Ring(Routee[] Routees, ConsistentHash<Routee> Hash);
}
