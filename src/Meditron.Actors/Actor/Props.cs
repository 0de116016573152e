using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Meditron.Actors.Dispatch;
using Meditron.Actors.Routing;

namespace Meditron.Actors.Actor;

/// <summary>What an actor is made from: its type, the arguments of its constructor, and its deployment; may be shared and used again.</summary>
public class Props : IEquatable<Props>
{
    private static readonly Deploy DefaultDeploy = new();

    private readonly IIndirectActorProducer? _producer;
    private Deploy _deploy;

    /// <summary>Makes props of a type without arguments.</summary>
    public Props(Type type)
        : this(DefaultDeploy, type, [])
    {
    }

    /// <summary>Makes props of a type.</summary>
    public Props(Type type, object[] args)
        : this(DefaultDeploy, type, args)
    {
    }

    /// <summary>Makes props of a type with a strategy for the actor's children.</summary>
    public Props(Type type, SupervisorStrategy supervisorStrategy, IEnumerable<object> args)
        : this(type, supervisorStrategy, args.ToArray())
    {
    }

    /// <summary>Makes props of a type with a strategy for the actor's children.</summary>
    public Props(Type type, SupervisorStrategy supervisorStrategy, params object[] args)
        : this(DefaultDeploy, type, args) => SupervisorStrategy = supervisorStrategy;

    /// <summary>Makes props of a type with a deployment.</summary>
    public Props(Deploy deploy, Type type, IEnumerable<object> args)
        : this(deploy, type, args.ToArray())
    {
    }

    /// <summary>Makes props of a type with a deployment.</summary>
    public Props(Deploy deploy, Type type, params object[] args)
        : this(deploy, null, type, args)
    {
    }

    /// <summary>Makes empty props.</summary>
    protected Props()
        : this(DefaultDeploy, typeof(EmptyActor), [])
    {
    }

    /// <summary>Copies props.</summary>
    protected Props(Props copy)
    {
        _producer = copy._producer;
        _deploy = copy._deploy;
        Type = copy.Type;
        Arguments = copy.Arguments;
        SupervisorStrategy = copy.SupervisorStrategy;
    }

    private Props(Deploy deploy, IIndirectActorProducer? producer, Type type, object[] args)
    {
        _deploy = deploy;
        _producer = producer;
        Type = type;
        Arguments = args;
        if (producer is null && (!typeof(ActorBase).IsAssignableFrom(type) || type.IsAbstract))
        {
            throw new ArgumentException($"Cannot make Props of {type}: it is not an actor that can be instantiated. Give a class derived from ActorBase that is not abstract.", nameof(type));
        }
    }

    /// <summary>Props of an actor that handles nothing.</summary>
    public static Props Empty => new(typeof(EmptyActor));

    /// <summary>No props: null.</summary>
    public static readonly Props? None;

    /// <summary>The actor's type.</summary>
    public Type Type { get; }

    /// <summary>The full name of the actor's type.</summary>
    public string TypeName => Type.AssemblyQualifiedName ?? Type.Name;

    /// <summary>The arguments of the actor's constructor.</summary>
    public object[] Arguments { get; }

    /// <summary>The deployment.</summary>
    public Deploy Deploy
    {
        get => _deploy;
        protected set => _deploy = value;
    }

    /// <summary>The dispatcher's configuration path.</summary>
    public string Dispatcher => _deploy.Dispatcher == Deploy.NoDispatcherGiven ? Dispatchers.DefaultDispatcherId : _deploy.Dispatcher;

    /// <summary>The mailbox's configuration path; empty where none is given.</summary>
    public string Mailbox => _deploy.Mailbox;

    /// <summary>The router.</summary>
    public RouterConfig RouterConfig => _deploy.RouterConfig;

    /// <summary>What becomes of failed children, where the actor itself does not say; null for the actor's own.</summary>
    public SupervisorStrategy? SupervisorStrategy { get; protected set; }

    /// <summary>Props from a constructor call; its arguments are evaluated now, and the call made again for each instance.</summary>
    /// <exception cref="ArgumentException">The expression is no constructor call.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is not NewExpression construction)
        {
            throw new ArgumentException($"Cannot make Props from '{factory}': give a constructor call, such as () => new {typeof(TActor).Name}(1).", nameof(factory));
        }

        var args = construction.Arguments.Select(Evaluate).ToArray();
        return new Props(DefaultDeploy, construction.Constructor is { } constructor ? new ConstructorProducer(constructor, args) : null, typeof(TActor), args!) { SupervisorStrategy = supervisorStrategy };
    }

    /// <summary>Props of a type and the arguments of its constructor.</summary>
    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args);

    /// <summary>Props of a type with a constructor without parameters.</summary>
    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new(typeof(TActor), supervisorStrategy);

    /// <summary>Props of a type and the arguments of its constructor.</summary>
    public static Props Create(Type type, params object[] args) => new(type, args);

    /// <summary>Props of what a producer makes.</summary>
    public static Props CreateBy(IIndirectActorProducer producer, params object[] args) => new(DefaultDeploy, producer, producer.ActorType, args);

    /// <summary>These props with a mailbox.</summary>
    public Props WithMailbox(string mailbox) => With(_deploy.WithMailbox(mailbox));

    /// <summary>These props with a dispatcher.</summary>
    public Props WithDispatcher(string dispatcher) => With(_deploy.WithDispatcher(dispatcher));

    /// <summary>These props with a router.</summary>
    public Props WithRouter(RouterConfig routerConfig) => With(_deploy.WithRouterConfig(routerConfig));

    /// <summary>These props with the capacity of the actor's stash.</summary>
    public Props WithStashCapacity(int stashCapacity) => With(_deploy.WithStashCapacity(stashCapacity));

    /// <summary>These props with a deployment, which stands before the present one.</summary>
    public Props WithDeploy(Deploy deploy) => With(deploy.WithFallback(_deploy));

    /// <summary>These props with a strategy for the actor's children.</summary>
    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy)
    {
        var copy = Copy();
        copy.SupervisorStrategy = supervisorStrategy;
        return copy;
    }

    /// <summary>Makes an instance of the actor.</summary>
    public virtual ActorBase NewActor()
    {
        if (_producer is not null)
        {
            return _producer.Produce();
        }

        try
        {
            return (ActorBase)Activator.CreateInstance(Type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, null, Arguments, null)!;
        }
        catch (TargetInvocationException failure) when (failure.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(failure.InnerException);
            throw;
        }
        catch (MissingMethodException failure)
        {
            throw new TypeLoadException(
                $"Cannot create {Type.FullName}: it has no constructor that takes ({string.Join(", ", Arguments.Select(static a => a?.GetType().Name ?? "null"))}). Make the arguments of Props match a constructor.", failure);
        }
    }

    /// <inheritdoc/>
    public bool Equals(Props? other) => other is not null && Type == other.Type && _deploy.Equals(other._deploy) && Arguments.SequenceEqual(other.Arguments);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Props);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, _deploy, Arguments.Length);

    /// <inheritdoc/>
    public override string ToString() => $"Props({Type.Name})";

    internal void ReleaseActor(ActorBase actor)
    {
        if (_producer is not null and not ConstructorProducer)
        {
            _producer.Release(actor);
        }
        else if (actor is IDisposable disposable)
        {
            disposable.Dispose();
        }
    }

    /// <summary>A copy.</summary>
    protected virtual Props Copy() => new(this);

    private Props With(Deploy deploy)
    {
        var copy = Copy();
        copy._deploy = deploy;
        return copy;
    }

    private static object? Evaluate(Expression argument) => argument is ConstantExpression constant
        ? constant.Value
        : Expression.Lambda<Func<object?>>(Expression.Convert(argument, typeof(object))).Compile(preferInterpretation: true)();

    private sealed class ConstructorProducer(ConstructorInfo constructor, object?[] arguments) : IIndirectActorProducer
    {
        private readonly ConstructorInvoker _invoker = ConstructorInvoker.Create(constructor);

        public Type ActorType => constructor.DeclaringType!;

        public ActorBase Produce() => (ActorBase)_invoker.Invoke(arguments.AsSpan());

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }
}
