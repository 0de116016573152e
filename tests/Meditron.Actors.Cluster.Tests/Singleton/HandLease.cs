using System.Collections.Concurrent;
using Meditron.Actors.Cluster.Tests.Nodes;
using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.Tests.Singleton;

/// <summary>A lease whose owner a test decides.</summary>
public sealed class HandLease : Lease
{
    private static readonly ConcurrentDictionary<string, LeaseStore> _stores = new(StringComparer.Ordinal);
    private readonly LeaseStore _store;

    /// <summary>Makes the lease.</summary>
    public HandLease(LeaseSettings settings)
        : base(settings) => _store = Store(settings.LeaseConfig.GetString("store"));

    internal static LeaseStore Store(string name) => _stores.GetOrAdd(name, _ => new LeaseStore());

    internal static string Config(string store) => $"test-lease {{ lease-class = \"{typeof(HandLease).AssemblyQualifiedName}\", store = {store} }}\n";

    public override Task<bool> Acquire() => Acquire(_ => { });

    public override Task<bool> Acquire(Action<Exception?> leaseLostCallback) => _store.Take(Settings.LeaseName, Settings.OwnerName, leaseLostCallback);

    public override Task<bool> Release() => _store.GiveUp(Settings.OwnerName);

    public override bool CheckLease() => _store.Owner == Settings.OwnerName;
}

/// <summary>Who holds a <see cref="HandLease"/>.</summary>
internal sealed class LeaseStore
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _asked = new(0);
    private Action<Exception?>? _lost;
    private string? _owner;

    public string? Owner
    {
        get
        {
            lock (_lock)
            {
                return _owner;
            }
        }

        set
        {
            lock (_lock)
            {
                _owner = value;
            }
        }
    }

    public string? Name { get; private set; }

    public Exception? Failure { get; set; }

    public async Task Asked(int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.True(await _asked.WaitAsync(TestNode.Deadline), "the lease is not asked for");
        }
    }

    public Task Released() => _released.Task.WaitAsync(TestNode.Deadline);

    public void Lose(string to)
    {
        Owner = to;
        _lost!(new LeaseException("taken over"));
    }

    public Task<bool> Take(string name, string owner, Action<Exception?> lost)
    {
        lock (_lock)
        {
            Name = name;
            _asked.Release();
            if (Failure is not null)
            {
                return Task.FromException<bool>(Failure);
            }

            if (_owner is not null && _owner != owner)
            {
                return Task.FromResult(false);
            }

            _owner = owner;
            _lost = lost;
            return Task.FromResult(true);
        }
    }

    public Task<bool> GiveUp(string owner)
    {
        lock (_lock)
        {
            if (_owner == owner)
            {
                _owner = null;
            }
        }

        _released.TrySetResult();
        return Task.FromResult(true);
    }
}
