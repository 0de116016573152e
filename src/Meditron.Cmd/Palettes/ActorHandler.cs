using System.Globalization;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Palettes;

/// <summary>Carries out the commands of the palette <c>actor</c>.</summary>
internal sealed class ActorHandler : CommandHandlerActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public ActorHandler()
        : base(ActorCommands.ActorPalette) => ProcessAsync("hierarchy", Hierarchy);

    private async Task Hierarchy(Command command)
    {
        var client = Sender;
        var depth = -1;
        if (command.GetValue("depth") is { } given && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out depth) || depth < 0))
        {
            client.Tell(new ErroredCommandResponse($"The depth is '{given}'; allowed is a whole number of 0 or more."));
            return;
        }

        var (node, start) = Where(command.GetValue("path") ?? "/");
        if (start.Length == 0)
        {
            client.Tell(new ErroredCommandResponse($"'{command.GetValue("path")}' is no path of an actor: expected is /user/NAME, or akka.tcp://SYSTEM@HOST:PORT/user/NAME."));
            return;
        }

        var asked = Context.ActorSelection($"{node}/system/{HierarchyActor.Name}");
        var request = new HierarchyRequest { Start = start, Depth = depth };
        HierarchyReply reply;
        do
        {
            try
            {
                reply = await asked.Ask<HierarchyReply>(request, Patience);
            }
            catch (AskTimeoutException)
            {
                client.Tell(new ErroredCommandResponse($"{(node.Length == 0 ? "This node" : node)} has not answered within {Patience.TotalSeconds:0} s. Does it run, and serve the commands of 'actor'?"));
                return;
            }

            if (reply.Error.Length > 0)
            {
                client.Tell(new ErroredCommandResponse(reply.Error));
                return;
            }

            client.Tell(new CommandResponse(string.Join('\n', reply.Paths.Select(path => node + path)), final: !reply.More));
            if (reply.More)
            {
                request = new HierarchyRequest { Start = start, Depth = depth, After = reply.Paths[^1] };
            }
        }
        while (reply.More);
    }

    /// <summary>The node's address, empty for this one, and the path there; nothing where it is no path.</summary>
    private static (string Node, string Path) Where(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return ("", text.StartsWith('/') ? text : $"/{text}");
        }

        var slash = text.IndexOf('/', scheme + 3);
        var node = slash < 0 ? text : text[..slash];
        var path = slash < 0 ? "/" : text[slash..];
        return Address.TryParse(node, out Address? address) && address.Host is not null && address.Port is not null ? (address.ToString(), path) : ("", "");
    }
}
