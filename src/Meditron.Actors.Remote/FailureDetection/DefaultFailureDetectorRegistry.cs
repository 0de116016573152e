using System.Collections.Concurrent;

namespace Meditron.Actors.Remote;

/// <summary>Makes a failure detector at a resource's first heartbeat and keeps it until the resource is removed; safe to use from several threads.</summary>
/// <typeparam name="T">What identifies a resource, for example its address.</typeparam>
public class DefaultFailureDetectorRegistry<T> : IFailureDetectorRegistry<T>
    where T : notnull
{
    private readonly ConcurrentDictionary<T, FailureDetector> _detectors = new();
    private readonly Func<FailureDetector> _factory;

    /// <summary>Creates a registry that makes its detectors with <paramref name="factory"/>.</summary>
    public DefaultFailureDetectorRegistry(Func<FailureDetector> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _factory = factory;
    }

    /// <inheritdoc/>
    public bool IsAvailable(T resource) => !_detectors.TryGetValue(resource, out var detector) || detector.IsAvailable;

    /// <inheritdoc/>
    public bool IsMonitoring(T resource) => _detectors.TryGetValue(resource, out var detector) && detector.IsMonitoring;

    /// <inheritdoc/>
    public void Heartbeat(T resource) => _detectors.GetOrAdd(resource, Make).HeartBeat();

    /// <inheritdoc/>
    public void Remove(T resource) => _detectors.TryRemove(resource, out _);

    /// <inheritdoc/>
    public void Reset() => _detectors.Clear();

    /// <summary>The detector of a resource, or null before its first heartbeat.</summary>
    internal FailureDetector? GetFailureDetector(T resource) => _detectors.GetValueOrDefault(resource);

    private FailureDetector Make(T resource)
    {
        var detector = _factory();
        if (detector is PhiAccrualFailureDetector phi)
        {
            phi.Address = resource.ToString() ?? "";
        }

        return detector;
    }
}
