using Meditron.ActorNode.Protocol;
using Meditron.Actors.Cluster;
using Meditron.Testing.Processes;

namespace Meditron.ActorNode.Driver;

/// <summary>A node of a cluster in a process of its own, as seen by who started it: takes commands, keeps its reports, and ends with its owner.</summary>
public sealed class ClusterNode : IAsyncDisposable
{
    /// <summary>How long to wait for anything; it matters only where something has gone wrong.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly LineProcess _process;

    private ClusterNode(string name, string? networkNamespace)
    {
        Name = name;
        Events = new EventLog<NodeEvent>($"node {name}");
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Meditron.ActorNode.dll")];
        if (networkNamespace is not null)
        {
            command = ["ip", "netns", "exec", networkNamespace, .. command];
        }

        _process = LineProcess.Start(command[0], command[1..], line => Events.Add(NodeEvent.Parse(line) ?? new NodeEvent(NodeEventKind.Log) { Text = line }));
        _ = NoteEnd();
    }

    /// <summary>A name for messages.</summary>
    public string Name { get; }

    /// <summary>What it has reported.</summary>
    public EventLog<NodeEvent> Events { get; }

    /// <summary>Its address, once it has started.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Its incarnation, once it has started.</summary>
    public int Uid { get; private set; }

    /// <summary>When its process was started, of the clock that all processes share.</summary>
    public long LaunchedAt => _process.StartedAt;

    /// <summary>Starts the process; the actor system waits for <see cref="Start"/>.</summary>
    /// <param name="name">A name for messages.</param>
    /// <param name="networkNamespace">The network namespace it lives in; null for the machine's own.</param>
    public static ClusterNode Launch(string name, string? networkNamespace = null) => new(name, networkNamespace);

    /// <summary>Starts its actor system with a configuration, and waits until it runs.</summary>
    public async Task Start(string configurationFile)
    {
        await Begin(configurationFile);
        await Started();
    }

    /// <summary>Waits until its actor system runs.</summary>
    public async Task Started()
    {
        var started = await Events.WaitFor(e => e.Kind == NodeEventKind.Started, "that it has started", Deadline);
        (Address, Uid) = (started.Node!, started.Uid!.Value);
    }

    /// <summary>Starts its actor system with a configuration, without waiting for it.</summary>
    public async Task Begin(string configurationFile)
    {
        await Events.WaitFor(e => e.Kind == NodeEventKind.Ready, "that it is ready", Deadline);
        Tell($"start {configurationFile}");
    }

    /// <summary>Gives it a command.</summary>
    public void Tell(string command) => _process.Write(command);

    /// <summary>Whether it was ended or stopped by force: then it could not say what became of its singleton.</summary>
    public bool WasForced { get; private set; }

    /// <summary>Sends it a signal.</summary>
    public void Send(Signal signal)
    {
        WasForced |= signal is Signal.Kill or Signal.Stop;
        _process.Send(signal);
    }

    /// <summary>Waits until it ends by itself; its exit code.</summary>
    public async Task<int> Exited()
    {
        try
        {
            return await _process.Exited(Deadline);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Events.Text()}", e);
        }
    }

    /// <summary>Ends it by SIGKILL and waits until it is gone.</summary>
    public async Task Kill()
    {
        Send(Signal.Kill);
        await Exited();
    }

    /// <summary>Waits until it sees a member in a status.</summary>
    public Task<NodeEvent> Sees(MemberStatus status, ClusterNode member, int from = 0) =>
        Events.WaitFor(
            e => e.Kind == NodeEventKind.Member && e.Status == status.ToString() && IsOf(e, member), $"{member.Name} ({member.Address}#{member.Uid}) {status}", Deadline, from);

    /// <summary>Waits until it sees a member become unreachable.</summary>
    public Task<NodeEvent> SeesUnreachable(ClusterNode member, int from = 0) =>
        Events.WaitFor(e => e.Kind == NodeEventKind.Unreachable && IsOf(e, member), $"{member.Name} ({member.Address}) unreachable", Deadline, from);

    /// <summary>Waits until it sees a member become reachable again.</summary>
    public Task<NodeEvent> SeesReachable(ClusterNode member, int from = 0) =>
        Events.WaitFor(e => e.Kind == NodeEventKind.Reachable && IsOf(e, member), $"{member.Name} ({member.Address}) reachable", Deadline, from);

    /// <summary>Waits until its singleton starts.</summary>
    public Task<NodeEvent> StartsSingleton() => Events.WaitFor(e => e is { Kind: NodeEventKind.Singleton, Text: "start" }, "that its singleton starts", Deadline);

    /// <summary>Asks for the cluster as it sees it now.</summary>
    public Task<NodeEvent> State()
    {
        var from = Events.Count;
        Tell("state");
        return Events.WaitFor(e => e.Kind == NodeEventKind.State, "its state", Deadline, from);
    }

    /// <summary>The reason of the shutdown it has reported.</summary>
    public async Task<string> ReasonOfEnd() => (await Events.WaitFor(e => e.Kind == NodeEventKind.Ending, "why it ends", Deadline)).Text!;

    /// <summary>Waits for a line of its log.</summary>
    public Task<NodeEvent> Logs(string text) =>
        Events.WaitFor(e => e.Kind == NodeEventKind.Log && e.Text!.Contains(text, StringComparison.Ordinal), $"'{text}' in its log", Deadline);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static bool IsOf(NodeEvent e, ClusterNode member) => e.Uid == member.Uid && e.Node == member.Address;

    private async Task NoteEnd()
    {
        var code = await _process.Exited(Timeout.InfiniteTimeSpan);
        Events.End($"it has ended with exit code {code}; {_process.Errors.Text()}");
    }
}
