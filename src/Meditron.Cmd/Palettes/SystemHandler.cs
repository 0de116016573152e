using System.Globalization;
using Meditron.Cmd.Hosting;

namespace Meditron.Cmd.Palettes;

/// <summary>Carries out the commands of the palette <c>system</c>.</summary>
internal sealed class SystemHandler : CommandHandlerActor
{
    private readonly MeditronCmd _cmd;

    public SystemHandler(MeditronCmd cmd)
        : base(SystemCommands.SystemPalette)
    {
        _cmd = cmd;
        Process("info", _ => Info());
    }

    private void Info()
    {
        var system = _cmd.Sys;
        var engine = typeof(ActorSystem).Assembly;
        var uptime = system.Uptime;
        var started = system.Scheduler.Now.UtcDateTime - uptime;
        var actors = ActorTree.Paths(system.PrintTree());
        Sender.Tell(new CommandResponse(FactText.Of(
        [
            ("system", system.Name),
            ("address", NodeAddress.Of(system, Self).ToString()),
            ("commands", _cmd.EndPoint?.ToString() ?? "not served"),
            ("uptime", string.Create(CultureInfo.InvariantCulture, $"{Durations.Text(uptime)}, since {started:yyyy-MM-dd'T'HH:mm:ss'Z'}")),
            ("meditron", ProcessFacts.VersionOf(typeof(SystemHandler).Assembly)),
            ("engine", $"{engine.GetName().Name} {ProcessFacts.VersionOf(engine)}"),
            .. ProcessFacts.Read(),
            ("actors", $"{actors.Count} ({Count(actors, "/user/")} of the user, {Count(actors, "/system/")} of the system)"),
        ])));
    }

    private static int Count(List<string> paths, string prefix) => paths.Count(path => path.StartsWith(prefix, StringComparison.Ordinal));
}
