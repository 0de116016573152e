using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Workers;

/// <summary>The machine as the actors of one of its processes see it; given, so that a simulation can give another.</summary>
internal interface IMachine
{
    /// <summary>Its name: processes that agree on it can open each other's memory.</summary>
    string Name { get; }

    /// <summary>Makes a holder of other processes' memory.</summary>
    /// <param name="ended">Told of the end of a process whose memory is held, on any thread.</param>
    IStateHolder Hold(Action<WorkerEnded> ended);

    /// <summary>Ends a process that runs the same program: SIGKILL.</summary>
    /// <returns>Why it could not be ended; null where it was.</returns>
    string? End(int processId);
}
