using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>Who logs: a name to read and a type to filter by.</summary>
public readonly struct LogSource
{
    private LogSource(string source, Type type)
    {
        Source = source;
        Type = type;
    }

    /// <summary>The name: an actor's path, a type's name or a given string.</summary>
    public string Source { get; }

    /// <summary>The type.</summary>
    public Type Type { get; }

    /// <summary>The source for an actor's context, an actor, a string, a type or any object.</summary>
    public static LogSource Create(object o) => o switch
    {
        IActorContext context => new LogSource(context.Self.Path.ToString()!, SourceType(context)),
        IActorRef actor => new LogSource(actor.Path.ToString()!, SourceType(actor)),
        string text => new LogSource(text, typeof(DummyClassForStringSources)),
        Type type => new LogSource(Logging.SimpleName(type), type),
        null => throw new ArgumentNullException(nameof(o)),
        _ => new LogSource(Logging.SimpleName(o), o.GetType()),
    };

    /// <summary>The source for an actor's context, an actor, a string, a type or any object of an actor system.</summary>
    public static LogSource Create(object o, ActorSystem system) => o switch
    {
        IActorContext context => new LogSource(FromActor(context, system), SourceType(context)),
        IActorRef actor => new LogSource(FromActorRef(actor, system), SourceType(actor)),
        string text => new LogSource(FromString(text, system), typeof(DummyClassForStringSources)),
        Type type => new LogSource(FromType(type, system), type),
        null => throw new ArgumentNullException(nameof(o)),
        _ => new LogSource(FromType(o.GetType(), system), o.GetType()),
    };

    /// <summary>The source with a given name and type.</summary>
    public static LogSource Create(string source, Type t) => new(source, t);

    /// <summary>The type that stands for an object that logs.</summary>
    public static Type SourceType(object o) => o switch
    {
        Type type => type,
        IActorContext context => context.Props.Type,
        string => typeof(DummyClassForStringSources),
        null => throw new ArgumentNullException(nameof(o)),
        _ => o.GetType(),
    };

    /// <summary>The name of a type in an actor system.</summary>
    public static string FromType(Type t, ActorSystem system) => FromString(Logging.SimpleName(t), system);

    /// <summary>A string with the actor system in which it is meant.</summary>
    public static string FromString(string source, ActorSystem system) => $"{source}({system})";

    /// <summary>The path of the actor whose context this is, with the address of its system.</summary>
    public static string FromActor(IActorContext actor, ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return FromActorRef(actor.Self, system);
    }

    /// <summary>The path of an actor, with the address of its system.</summary>
    public static string FromActorRef(IActorRef a, ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(a);
        Address? address = (system as ExtendedActorSystem)?.Provider?.DefaultAddress;
        return address is null ? a.Path.ToString()! : a.Path.ToStringWithAddress(address);
    }
}

/// <summary>The type of log sources that are strings.</summary>
public class DummyClassForStringSources
{
}
