namespace Meditron.Training.Distributed.Launching;

/// <summary>Starts worker processes on this machine; given, so that a simulation can give others.</summary>
public interface IWorkerProcesses
{
    /// <summary>Starts one, or takes over the one that another launcher has started there.</summary>
    /// <param name="slot">Its number on this machine, for the name of its log.</param>
    /// <param name="standby">Whether it waits for another's place.</param>
    /// <param name="exited">Told the exit code when it ends, on any thread.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    IWorkerProcess Start(int slot, bool standby, Action<int> exited);
}

/// <summary>A worker process.</summary>
public interface IWorkerProcess : IDisposable
{
    /// <summary>The process id.</summary>
    int Id { get; }

    /// <summary>Asks it to end: SIGTERM.</summary>
    void Terminate();

    /// <summary>Ends it: SIGKILL.</summary>
    void Kill();
}
