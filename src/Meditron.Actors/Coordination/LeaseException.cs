namespace Meditron.Actors.Coordination;

/// <summary>A lease could not be taken, given up or kept for certain.</summary>
public class LeaseException : Exception
{
    /// <summary>Makes the exception with a message.</summary>
    public LeaseException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public LeaseException(string message, Exception innerEx)
        : base(message, innerEx)
    {
    }
}
