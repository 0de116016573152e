namespace Meditron.Actors.Remote;

/// <summary>Keeps one failure detector for each monitored resource.</summary>
/// <typeparam name="T">What identifies a resource, for example its address.</typeparam>
public interface IFailureDetectorRegistry<T>
{
    /// <summary>Whether the resource is considered up; true for one that was never heard of.</summary>
    bool IsAvailable(T resource);

    /// <summary>Whether a heartbeat of the resource has arrived.</summary>
    bool IsMonitoring(T resource);

    /// <summary>Records that a heartbeat of the resource arrived now.</summary>
    void Heartbeat(T resource);

    /// <summary>Forgets the resource.</summary>
    void Remove(T resource);

    /// <summary>Forgets all resources.</summary>
    void Reset();
}
