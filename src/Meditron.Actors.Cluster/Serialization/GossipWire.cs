using System.Collections.Immutable;
using Google.Protobuf;
using Meditron.Actors.Util;
using Wire = Meditron.Actors.Cluster.Serialization.Protocol;

namespace Meditron.Actors.Cluster.Serialization;

/// <summary>The gossip on the wire: nodes, roles and versions are named once and then by index; an index out of range is refused.</summary>
/// <remarks>Of all gossips that are told and heard most differ in nothing but who has seen them; so the last few contents are remembered with their bytes.</remarks>
internal sealed class GossipWire
{
    private const int Remembered = 64;

    // Replaced as a whole: messages are written and read on several threads.
    private volatile GossipForm[] _forms = [];

    public ByteString Write(Gossip gossip)
    {
        var form = gossip.Content.Form;
        Remember(form);
        return form.Write(gossip.Seen) ?? new GossipForm(gossip.Content, gossip.Seen).Write(gossip.Seen)!;
    }

    public Gossip Read(ByteString bytes)
    {
        if (bytes.IsEmpty)
        {
            throw new ArgumentException("A cluster message that should hold a gossip holds none.");
        }

        foreach (var known in _forms)
        {
            if (known.Read(bytes.Span) is { } seen)
            {
                return Gossip.Of(known.Content, seen);
            }
        }

        var gossip = Read(Wire.GossipData.Parser.ParseFrom(bytes));
        var form = gossip.Content.Form;
        if (form.Read(bytes.Span) is not null)
        {
            Remember(form);
        }

        return gossip;
    }

    private void Remember(GossipForm form)
    {
        var forms = _forms;
        if (Array.IndexOf(forms, form) < 0)
        {
            _forms = [form, .. forms.Take(Remembered - 1)];
        }
    }

    private static Gossip Read(Wire.GossipData data)
    {
        var nodes = data.Nodes.Select(NodeWire.Read).ToList();
        var versions = data.AppVersions.Select(AppVersion.Create).ToList();
        var members = data.Members.Select(m => Member.Create(
            At(nodes, m.Node),
            m.UpNumber,
            Status(m.Status),
            m.Roles.Select(r => At(data.Roles, r)).ToImmutableHashSet(StringComparer.Ordinal),
            At(versions, m.AppVersion)));
        var records = data.Observers.SelectMany(o => o.Subjects.Select(s =>
            new Reachability.Record(At(nodes, o.Node), At(nodes, s.Node), Reachable(s.Status), s.Version)));
        var observers = data.Observers.Select(o => KeyValuePair.Create(At(nodes, o.Node), o.Version));
        return Gossip.Create(
            members,
            data.Seen.Select(i => At(nodes, i)),
            Reachability.Create(records, observers),
            NodeWire.ReadClock(data.ClockNames, data.ClockCounts),
            data.Tombstones.Select(t => KeyValuePair.Create(At(nodes, t.Node), t.Time)));
    }

    private static MemberStatus Status(uint value) => value <= (uint)MemberStatus.WeaklyUp && value != (uint)MemberStatus.Removed
        ? (MemberStatus)value
        : throw new ArgumentException($"A gossip holds a member with the unknown status {value}.");

    private static ReachabilityStatus Reachable(uint value) => value <= (uint)ReachabilityStatus.Terminated
        ? (ReachabilityStatus)value
        : throw new ArgumentException($"A gossip holds the unknown reachability {value}.");

    private static T At<T>(IList<T> table, uint index) => index < table.Count
        ? table[(int)index]
        : throw new ArgumentException($"A gossip refers to entry {index} of a table of {table.Count}.");
}
