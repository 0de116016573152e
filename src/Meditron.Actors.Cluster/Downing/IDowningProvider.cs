using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>Decides which unreachable members are declared dead. An implementation has a constructor (ActorSystem, Cluster).</summary>
public interface IDowningProvider
{
    /// <summary>How long after a downing to wait before work of the downed member is started elsewhere.</summary>
    TimeSpan DownRemovalMargin { get; }

    /// <summary>The actor that decides, started on every node; null for none.</summary>
    Props? DowningActorProps { get; }
}
