using Meditron.Actors.Actor;
using Meditron.Actors.Actor.Setup;
using Meditron.Actors.Coordination;
using Meditron.Simulation.Worlds;

namespace Meditron.Actors.Cluster.Tests.Worlds;

/// <summary>A lease that the nodes of one world share: it is held until it is given up or the process of its owner ends.</summary>
public sealed class WorldLease : Lease
{
    private readonly WorldLeases _leases;

    /// <summary>Makes the lease of a node that was started with <see cref="WorldLeases"/>.</summary>
    public WorldLease(LeaseSettings settings, ExtendedActorSystem system)
        : base(settings) => _leases = ((ActorSystemImpl)system).Settings.Setup.Get<WorldLeases>().Value;

    public static string Config(string section) => $"{section}.lease-class = \"{typeof(WorldLease).AssemblyQualifiedName}\"";

    public override Task<bool> Acquire() => Acquire(_ => { });

    public override Task<bool> Acquire(Action<Exception?> leaseLostCallback) => _leases.Answer(() => _leases.TryTake(Settings.LeaseName));

    public override Task<bool> Release() => _leases.Answer(() => _leases.GiveUp(Settings.LeaseName));

    public override bool CheckLease() => _leases.IsHeld(Settings.LeaseName);
}

/// <summary>Who holds which lease of a world, as one process sees it.</summary>
internal sealed class WorldLeases(Dictionary<string, NodeProcess> owners, NodeProcess self) : Setup
{
    public bool IsHeld(string name) => owners.GetValueOrDefault(name) == self;

    public bool TryTake(string name)
    {
        if (owners.TryGetValue(name, out var owner) && owner.IsAlive && owner != self)
        {
            return false;
        }

        owners[name] = self;
        return true;
    }

    public bool GiveUp(string name) => !IsHeld(name) || owners.Remove(name);

    /// <summary>The answer takes its time, and is lost with the process.</summary>
    public Task<bool> Answer(Func<bool> operation)
    {
        var promise = self.Runtime.NewPromise<bool>();
        self.World.At(TimeSpan.FromMilliseconds(2), null, () =>
        {
            if (self.IsAlive)
            {
                var answer = operation();
                self.World.At(TimeSpan.FromMilliseconds(2), self, () => promise.TrySetResult(answer));
            }
        });
        return promise.Task;
    }
}
