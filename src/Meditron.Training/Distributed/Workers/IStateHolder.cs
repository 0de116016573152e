using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Workers;

/// <summary>Holds the memory of other processes' shards open, so that it outlives them. Used by one actor.</summary>
internal interface IStateHolder : IDisposable
{
    /// <summary>What is held, with what it can produce now.</summary>
    IEnumerable<StateHandle> Handles { get; }

    /// <summary>Opens what is not open yet, and lets go of what is not wanted any more.</summary>
    /// <returns>What could not be opened, in words.</returns>
    IReadOnlyList<string> Hold(IEnumerable<StateHandle> wanted);
}
