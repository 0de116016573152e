namespace Meditron.Training.Recovery;

/// <summary>A version of a shard in memory does not have its checksums; it can no longer be produced.</summary>
public sealed class StateDamagedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="rank">The rank whose shard it is.</param>
    /// <param name="step">The step of the version.</param>
    /// <param name="problem">What is wrong, in words.</param>
    public StateDamagedException(int rank, int? step, string problem)
        : base($"The memory of rank {rank} is damaged: in the state of step {step}, {problem}. That version is given up; check that machine's memory if this comes again.")
    {
    }

    /// <summary>Makes the exception of another process anew.</summary>
    /// <param name="message">What it says.</param>
    internal StateDamagedException(string message)
        : base(message)
    {
    }
}
