using Meditron.Actors.Actor;

namespace Meditron.Actors.Remote;

/// <summary>No actor of a system is reachable any more; published on the event stream, so that death watch ends for all of them.</summary>
internal sealed record AddressTerminated(Address Address);
