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

    /// <summary>Begins to give state in this machine's memory to other machines, and to keep copies of theirs.</summary>
    /// <param name="id">The worker or agent that it is for.</param>
    /// <param name="held">Told of every copy that begins to be kept, on any thread.</param>
    /// <returns>The server; null where no other machine can reach this one, or none shall.</returns>
    IStateServer? Serve(string id, Action<CopyHeld> held) => null;

    /// <summary>Ends a process that runs the same program: SIGKILL.</summary>
    /// <returns>Why it could not be ended; null where it was.</returns>
    string? End(int processId);
}
