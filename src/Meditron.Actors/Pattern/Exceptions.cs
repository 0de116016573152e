using Meditron.Actors.Actor;

namespace Meditron.Actors.Pattern;

/// <summary>Something is not in the state that a call needs.</summary>
public class IllegalStateException : AkkaException
{
    /// <summary>Creates the exception.</summary>
    public IllegalStateException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public IllegalStateException(string message, Exception innerEx)
        : base(message, innerEx)
    {
    }
}

/// <summary>A call was refused because its circuit breaker is open.</summary>
public class OpenCircuitException : AkkaException
{
    private const string Text = "The circuit breaker is open; calls fail fast until it tries again.";

    /// <summary>Creates the exception.</summary>
    public OpenCircuitException()
        : this(Text)
    {
    }

    /// <summary>Creates the exception with a text.</summary>
    public OpenCircuitException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the failure that opened the breaker.</summary>
    public OpenCircuitException(Exception cause)
        : this(Text, cause)
    {
    }

    /// <summary>Creates the exception with a text and the failure that opened the breaker.</summary>
    public OpenCircuitException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>Creates the exception with a text and the time until the breaker tries again.</summary>
    public OpenCircuitException(string message, TimeSpan remainingDuration)
        : this(message)
    {
        RemainingDuration = remainingDuration;
    }

    /// <summary>Creates the exception with the failure that opened the breaker and the time until it tries again.</summary>
    public OpenCircuitException(Exception cause, TimeSpan remainingDuration)
        : this(Text, cause, remainingDuration)
    {
    }

    /// <summary>Creates the exception with a text, the failure that opened the breaker and the time until it tries again.</summary>
    public OpenCircuitException(string message, Exception cause, TimeSpan remainingDuration)
        : this(message, cause)
    {
        RemainingDuration = remainingDuration;
    }

    /// <summary>The time until the breaker tries again; zero while it already tries.</summary>
    public TimeSpan RemainingDuration { get; }
}

/// <summary>The failure of a circuit breaker that was told to fail.</summary>
public class UserCalledFailException : AkkaException
{
    /// <summary>Creates the exception.</summary>
    public UserCalledFailException()
        : base("Fail was called on the circuit breaker.")
    {
    }
}
