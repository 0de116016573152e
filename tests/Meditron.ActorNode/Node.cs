using System.Diagnostics;
using Meditron.ActorNode.Protocol;
using Meditron.Actors;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster;
using Meditron.Actors.Cluster.Tools.Singleton;
using Meditron.Actors.Configuration;
using Meditron.Actors.Remote;

namespace Meditron.ActorNode;

/// <summary>The node of a cluster in this process: starts its actor system, and carries out commands.</summary>
internal sealed class Node
{
    /// <summary>The exit code of a node whose configuration is wrong.</summary>
    public const int ConfigurationCode = 3;

    /// <summary>The exit code of a node that could not start or join.</summary>
    public const int NotStartedCode = 8;

    private readonly TaskCompletionSource<int> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorSystem? _system;

    /// <summary>Completes with the exit code when the node could not be started. Otherwise the coordinated shutdown ends the process.</summary>
    public Task<int> Failed => _failed.Task;

    public void Execute(string command)
    {
        switch (command.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["start", var file]:
                Start(file);
                break;
            case ["join", var address]:
                Cluster.Get(_system!).Join(Address.Parse(address));
                break;
            case ["seeds", .. var addresses]:
                Cluster.Get(_system!).JoinSeedNodes(addresses.Select(Address.Parse));
                break;
            case ["leave", var address]:
                Cluster.Get(_system!).Leave(Address.Parse(address));
                break;
            case ["down", var address]:
                Cluster.Get(_system!).Down(Address.Parse(address));
                break;
            case ["state"]:
                EventOutput.Write(Reports.Of(Cluster.Get(_system!).State));
                break;
            case ["terminate"]:
                _ = _system!.Terminate();
                break;
            default:
                throw new ArgumentException($"'{command}' is no command of a node.");
        }
    }

    private void Start(string file)
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            var config = NodeConfig.Read(file);
            _system = ActorSystem.Create(config.GetString("actor-node.system"), config);
        }
        catch (ConfigurationException e)
        {
            Fail(e, ConfigurationCode);
            return;
        }
        catch (RemoteTransportException e)
        {
            Fail(e, NotStartedCode);
            return;
        }

        var self = Cluster.Get(_system).SelfUniqueAddress;
        _system.ActorOf(Props.Create(() => new EventReporter()), "reporter");
        StartSingleton(_system);
        EventOutput.Write(new NodeEvent(NodeEventKind.Started) { Node = self.Address.ToString(), Uid = self.Uid, Since = since });
        var shutdown = CoordinatedShutdown.Get(_system);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "report", () =>
        {
            EventOutput.Write(new NodeEvent(NodeEventKind.Ending) { Text = shutdown.ShutdownReason!.GetType().Name });
            return Task.FromResult(Done.Instance);
        });
    }

    private static void StartSingleton(ActorSystem system)
    {
        var settings = system.Settings.Config.GetConfig("actor-node");
        if (settings?.GetString("token") is { Length: > 0 } file)
        {
            var beat = settings.GetTimeSpan("beat", TimeSpan.FromMilliseconds(20));
            var holder = Props.Create(() => new TokenHolder(file, beat));
            system.ActorOf(ClusterSingletonManager.Props(holder, ClusterSingletonManagerSettings.Create(system)), "token");
        }
    }

    private void Fail(Exception reason, int code)
    {
        EventOutput.Write(new NodeEvent(NodeEventKind.Ending) { Text = reason.Message });
        _failed.SetResult(code);
    }
}
