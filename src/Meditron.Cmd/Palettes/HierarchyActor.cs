using Meditron.Cmd.Parsing;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Palettes;

/// <summary>Tells which actors this node has, to handlers of this node and of others.</summary>
internal sealed class HierarchyActor : ReceiveActor
{
    /// <summary>Its name among the system's own actors, on every node.</summary>
    public const string Name = "cmd-actors";

    // Fits into the smallest frame that either engine's remoting is configured with by default.
    private const int PageSize = 24 << 10;

    public HierarchyActor() => Receive<HierarchyRequest>(request => Sender.Tell(Answer(request)));

    private static HierarchyReply Answer(HierarchyRequest request)
    {
        var all = ActorTree.Paths(((ExtendedActorSystem)Context.System).PrintTree());
        if (ActorTree.Below(all, request.Start, request.Depth) is not { } paths)
        {
            return new HierarchyReply { Error = $"There is no actor at {request.Start}.{Spelling.Suggestion(request.Start, Siblings(all, request.Start))}" };
        }

        var reply = new HierarchyReply();
        var size = 0;
        foreach (var path in paths.SkipWhile(path => request.After.Length > 0 && string.CompareOrdinal(path, request.After) <= 0))
        {
            if (reply.Paths.Count > 0 && size + path.Length > PageSize)
            {
                reply.More = true;
                break;
            }

            reply.Paths.Add(path);
            size += path.Length;
        }

        return reply;
    }

    // Those on the same level are the ones that were meant.
    private static IEnumerable<string> Siblings(List<string> all, string start)
    {
        var level = start.TrimEnd('/').AsSpan().Count('/');
        return all.Where(path => path.AsSpan().Count('/') == level).Take(1000);
    }
}
