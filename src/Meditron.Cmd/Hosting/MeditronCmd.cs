using System.Collections.Immutable;
using System.Net;
using Meditron.Cmd.Hosting;
using Meditron.Cmd.Network;

namespace Meditron.Cmd;

/// <summary>Serves the command palettes of a node: register palettes, then start. One for each actor system.</summary>
public sealed class MeditronCmd : IExtension
{
    /// <summary>The dispatcher of everything that answers commands.</summary>
    public const string DispatcherId = "meditron.cmd.dispatcher";

    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(4);

    private readonly Lock _starting = new();
    private IActorRef? _host;

    internal MeditronCmd(ExtendedActorSystem system)
    {
        Sys = system;
        system.Settings.InjectTopLevelFallback(DefaultConfig());
        Settings = new CmdSettings(system.Settings.Config);
    }

    /// <summary>The actor system.</summary>
    public ExtendedActorSystem Sys { get; }

    /// <summary>What is served, once it is: the host's address and port.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    /// <summary>The palettes, in the order in which they were registered.</summary>
    public IReadOnlyList<CommandPalette> Palettes => [.. Handlers.Select(handler => handler.Palette)];

    internal CmdSettings Settings { get; }

    internal ImmutableList<CommandPaletteHandler> Handlers { get; private set; } = [];

    /// <summary>The extension of an actor system.</summary>
    /// <exception cref="ConfigurationException">A setting under <c>meditron.cmd</c> is not allowed.</exception>
    public static MeditronCmd Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<MeditronCmd, MeditronCmdExtension>();
    }

    /// <summary>The defaults of the settings: reference.conf.</summary>
    public static Config DefaultConfig() => ConfigurationFactory.FromResource<MeditronCmd>("Meditron.Cmd.reference.conf");

    /// <summary>The text of the defaults, with what each means.</summary>
    internal static string Reference
    {
        get
        {
            using var stream = typeof(MeditronCmd).Assembly.GetManifestResourceStream("Meditron.Cmd.reference.conf")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>Adds a palette; clients that connect from now on see it.</summary>
    /// <returns>False where a palette of that name is registered already.</returns>
    public bool RegisterCommandPalette(CommandPaletteHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        lock (_starting)
        {
            if (Handlers.Exists(each => each.Palette.ModuleName.Equals(handler.Palette.ModuleName, StringComparison.OrdinalIgnoreCase)))
            {
                return false;
            }

            handler.OnRegister(this);
            Handlers = Handlers.Add(handler);
            return true;
        }
    }

    /// <summary>Starts to serve; does nothing where that was done before.</summary>
    /// <exception cref="CommandHostException">The host's address or port cannot be bound.</exception>
    public void Start()
    {
        lock (_starting)
        {
            if (_host is not null)
            {
                return;
            }

            var listener = CommandListener.Bind(Settings);
            _host = Sys.SystemActorOf(Props.Create(() => new CommandHost(this, listener)).WithDispatcher(DispatcherId), "cmd");
            EndPoint = listener.EndPoint;
            CoordinatedShutdown.Get(Sys).AddTask(
                CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "cmd-goodbye", () => _host.Ask<Done>(CommandHost.SayGoodbye.Instance, GoodbyeTimeout));
        }
    }

    /// <summary>Props with the dispatcher of the commands, unless they have chosen one.</summary>
    internal static Props OnDispatcher(Props props) => props.Dispatcher == "akka.actor.default-dispatcher" ? props.WithDispatcher(DispatcherId) : props;
}
