namespace Meditron.Actors.Dispatch;

/// <summary>A piece of work a dispatcher can run.</summary>
public interface IRunnable : IThreadPoolWorkItem
{
    /// <summary>Does the work.</summary>
    void Run();
}
