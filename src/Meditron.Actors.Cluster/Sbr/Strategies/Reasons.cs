namespace Meditron.Actors.Cluster.SBR;

/// <summary>Reasons that several strategies give.</summary>
internal static class Reasons
{
    public static string NobodyCounts(string role) => role.Length == 0 ? "no member counts" : $"no member with role {role} counts";

    public static Decision IndirectlyConnected(SplitView view) => new(
        DecisionKind.DownIndirectlyConnected,
        $"[{string.Join(", ", view.IndirectlyConnected.Select(n => n.Address))}] do not hear each other, but are connected through others");
}
