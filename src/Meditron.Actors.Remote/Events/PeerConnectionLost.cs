using Meditron.Actors.Actor;

namespace Meditron.Actors.Remote;

/// <summary>The connection to a system broke without a goodbye; published on the event stream before any failure detector could notice.</summary>
/// <param name="Address">The other system.</param>
/// <param name="Uid">Its incarnation.</param>
/// <param name="Refused">
/// False when the connection broke; true when the attempt to connect again, made at once, found nobody listening or another incarnation: the process is gone.
/// </param>
internal sealed record PeerConnectionLost(Address Address, int Uid, bool Refused);
