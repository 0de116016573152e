using System.Collections.Immutable;

namespace Meditron.Actors.Cluster;

/// <summary>How many members, in all and of each role, there must be before the leader admits any.</summary>
internal sealed record RequiredMembers(int Total, ImmutableSortedDictionary<string, int> OfRole)
{
    public static RequiredMembers From(ClusterSettings settings) =>
        new(settings.MinNrOfMembers, settings.MinNrOfMembersOfRole.ToImmutableSortedDictionary(StringComparer.Ordinal));

    /// <summary>Whether these are enough.</summary>
    public bool AreThere(ImmutableSortedSet<Member> members) =>
        members.Count >= Total && OfRole.All(r => members.Count(m => m.HasRole(r.Key)) >= r.Value);
}
