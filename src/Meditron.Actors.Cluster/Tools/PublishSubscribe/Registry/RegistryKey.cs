namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>What somebody can be registered under.</summary>
internal enum RegistryKind
{
    Path = 0,
    Topic = 1,
    Group = 2,
}

/// <summary>A path, a topic, or a group of a topic.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Name">The path or the topic.</param>
/// <param name="Group">The group; empty for the others.</param>
internal readonly record struct RegistryKey(RegistryKind Kind, string Name, string Group) : IComparable<RegistryKey>
{
    public static RegistryKey OfPath(string path) => new(RegistryKind.Path, path, "");

    public static RegistryKey OfTopic(string topic, string? group) =>
        string.IsNullOrEmpty(group) ? new RegistryKey(RegistryKind.Topic, topic, "") : new RegistryKey(RegistryKind.Group, topic, group);

    public int CompareTo(RegistryKey other)
    {
        var result = Kind.CompareTo(other.Kind);
        if (result == 0)
        {
            result = string.CompareOrdinal(Name, other.Name);
        }

        return result != 0 ? result : string.CompareOrdinal(Group, other.Group);
    }
}
