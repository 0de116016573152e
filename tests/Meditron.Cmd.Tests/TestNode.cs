using Meditron.Cmd.Client;

namespace Meditron.Cmd.Tests;

/// <summary>An actor system that serves commands on a free port.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly List<CommandClient> _clients = [];

    private TestNode(ActorSystem system, MeditronCmd cmd)
    {
        System = system;
        Cmd = cmd;
    }

    public ActorSystem System { get; }

    public MeditronCmd Cmd { get; }

    public int Port => Cmd.EndPoint!.Port;

    /// <summary>Starts a system without a cluster.</summary>
    public static TestNode Local(string config = "", params CommandPaletteHandler[] palettes) =>
        Start("akka.actor.provider = local\n" + config, palettes);

    /// <summary>Starts a member-to-be of a cluster on a free port.</summary>
    public static TestNode Clustered(string config = "") => Start(
        $$"""
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        akka.cluster { gossip-interval = 200 ms, leader-actions-interval = 200 ms, periodic-tasks-initial-delay = 100 ms }
        {{config}}
        """,
        ClusterCommands.Instance);

    public Task<CommandClient> Connect(string? secret = null) => Connect(Port, secret);

    public async Task<CommandClient> Connect(int port, string? secret = null)
    {
        var client = await CommandClient.ConnectAsync("127.0.0.1", port, secret, TimeProvider.System, CancellationToken.None).InTime();
        _clients.Add(client);
        return client;
    }

    /// <summary>Runs one command on a connection of its own.</summary>
    public async Task<RunResult> Run(string text, string? secret = null) => await (await Connect(secret)).RunText(text);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await System.Terminate().InTime();
    }

    private static TestNode Start(string config, params CommandPaletteHandler[] palettes)
    {
        var system = ActorSystem.Create("train", ConfigurationFactory.ParseString(
            "akka { stdout-loglevel = OFF, loggers = [] }\nmeditron.cmd.port = 0\nakka.coordinated-shutdown.run-by-clr-shutdown-hook = off\n" + config));
        try
        {
            var cmd = MeditronCmd.Get(system);
            foreach (var palette in palettes.Concat([new ActorCommands(), new LogCommands(), new SystemCommands()]))
            {
                Assert.True(cmd.RegisterCommandPalette(palette));
            }

            cmd.Start();
            return new TestNode(system, cmd);
        }
        catch
        {
            system.Terminate();
            throw;
        }
    }
}
