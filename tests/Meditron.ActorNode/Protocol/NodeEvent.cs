using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meditron.ActorNode.Protocol;

/// <summary>What a node reports.</summary>
public enum NodeEventKind
{
    /// <summary>The process runs and waits for the command to start its actor system.</summary>
    Ready,

    /// <summary>The actor system runs: <see cref="NodeEvent.Node"/> and <see cref="NodeEvent.Uid"/> are its own; <see cref="NodeEvent.Since"/> is when its creation began.</summary>
    Started,

    /// <summary>A member has changed its status.</summary>
    Member,

    /// <summary>A member has become unreachable.</summary>
    Unreachable,

    /// <summary>A member has become reachable again.</summary>
    Reachable,

    /// <summary>The leader has changed.</summary>
    Leader,

    /// <summary>The cluster as the node sees it, asked for by a command.</summary>
    State,

    /// <summary>The singleton has started or stopped here, or was refused its token: <see cref="NodeEvent.Text"/>.</summary>
    Singleton,

    /// <summary>A line of the log, from level warning on.</summary>
    Log,

    /// <summary>The node is ending; <see cref="NodeEvent.Text"/> is the reason of the shutdown, or what is wrong with the configuration.</summary>
    Ending,
}

/// <summary>A member in a <see cref="NodeEventKind.State"/>.</summary>
public sealed record NodeMember(string Node, int Uid, string Status);

/// <summary>One report of a node: a line of JSON on its standard output.</summary>
public sealed record NodeEvent(NodeEventKind Kind)
{
    /// <summary>When it was reported, of the clock that all processes of the machine share.</summary>
    public long At { get; init; } = Stopwatch.GetTimestamp();

    /// <summary>When what is reported began.</summary>
    public long? Since { get; init; }

    /// <summary>The node that is spoken of.</summary>
    public string? Node { get; init; }

    /// <summary>Its incarnation.</summary>
    public int? Uid { get; init; }

    /// <summary>A member's status.</summary>
    public string? Status { get; init; }

    /// <summary>A removed member's status before.</summary>
    public string? Previous { get; init; }

    /// <summary>The members, the oldest first.</summary>
    public IReadOnlyList<NodeMember>? Members { get; init; }

    /// <summary>Those of them that are unreachable.</summary>
    public IReadOnlyList<string>? Unreachable { get; init; }

    /// <summary>The leader.</summary>
    public string? Leader { get; init; }

    /// <summary>Anything in words.</summary>
    public string? Text { get; init; }

    /// <summary>Reads a line; null if it is no report.</summary>
    public static NodeEvent? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, NodeJson.Default.NodeEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The line.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, NodeJson.Default.NodeEvent);
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NodeEvent))]
internal sealed partial class NodeJson : JsonSerializerContext;
