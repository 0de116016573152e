namespace Meditron.Actors.TestKit;

/// <summary>A predicate on messages of one type, kept without the type parameter so that predicates on several types fit one list.</summary>
public class PredicateInfo
{
    internal PredicateInfo(Delegate predicate, Type type)
    {
        PredicateT = predicate;
        Type = type;
    }

    /// <summary>The predicate.</summary>
    public Delegate PredicateT { get; }

    /// <summary>Type of the messages it looks at.</summary>
    public Type Type { get; }

    /// <summary>Wraps a predicate.</summary>
    public static PredicateInfo Create<T>(Predicate<T> predicate) => new(predicate, typeof(T));

    /// <inheritdoc/>
    public override string ToString() => $"Predicate<{Type.Name}>";

    internal bool Matches(object? message) => Type.IsInstanceOfType(message) && (bool)PredicateT.DynamicInvoke(message)!;
}

/// <summary>Makes <see cref="PredicateInfo"/> of predicates.</summary>
public static class PredicateInfoFactory
{
    /// <summary>Wraps a predicate.</summary>
    public static PredicateInfo CreatePredicateInfo<T>(this Predicate<T> predicate) => new(predicate, typeof(T));

    /// <summary>Wraps a delegate that takes a <typeparamref name="T"/> and returns whether it matches.</summary>
    public static PredicateInfo CreatePredicateInfo<T>(this Delegate predicate) => new(predicate, typeof(T));
}
