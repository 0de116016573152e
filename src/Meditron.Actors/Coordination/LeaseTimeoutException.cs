namespace Meditron.Actors.Coordination;

/// <summary>The store of a lease has not answered in time.</summary>
public sealed class LeaseTimeoutException : LeaseException
{
    /// <summary>Makes the exception with a message.</summary>
    public LeaseTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public LeaseTimeoutException(string message, Exception innerEx)
        : base(message, innerEx)
    {
    }
}
