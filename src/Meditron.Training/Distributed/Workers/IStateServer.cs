using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Workers;

/// <summary>Gives shards in a machine's memory to other machines, and keeps copies of theirs. Used by one actor.</summary>
internal interface IStateServer : IDisposable
{
    /// <summary>How other machines reach it.</summary>
    StateServer Description { get; }

    /// <summary>The copies that it keeps, with what they can produce now.</summary>
    IEnumerable<StateHandle> Handles { get; }

    /// <summary>Takes no copy of a generation, or of one before it, any more.</summary>
    void End(long generation);

    /// <summary>Lets go of copies of older generations that are not wanted any more.</summary>
    void Keep(HoldStates wanted);
}
