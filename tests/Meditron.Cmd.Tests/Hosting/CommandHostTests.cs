using Meditron.Cmd.Client;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Tests.Hosting;

public class CommandHostTests
{
    [Fact]
    public async Task A_client_learns_the_palettes_and_runs_commands_of_all_of_them()
    {
        await using var node = TestNode.Local("", new EchoCommands());
        var client = await node.Connect();

        Assert.Equal(["echo", "actor", "log", "system"], client.Palettes.Select(palette => palette.ModuleName));
        var say = client.Palettes[0].Commands[0];
        Assert.Equal("say TEXT [-n TIMES] [--loud]", say.Usage);
        Assert.Equal(["1", "2"], say.ArgumentsByName["times"].DefaultValues);
        Assert.True(client.Palettes[0].Commands.Single(command => command.Name == "follow").Streams);
        Assert.Equal("akka://train", client.Node);
        Assert.Equal("HELLO\nHELLO", (await client.RunText("echo say hello -n 2 --loud")).Succeeds().Output);
        Assert.StartsWith("system ", (await client.RunText("system info")).Succeeds().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo say", "TEXT is missing", Ended.Types.Status.Usage)]
    [InlineData("ehco say x", "Did you mean echo?", Ended.Types.Status.Usage)]
    [InlineData("echo fail", "'echo fail' failed: InvalidOperationException: it was told to", Ended.Types.Status.Failed)]
    [InlineData("echo vanish", "has ended without an answer", Ended.Types.Status.Failed)]
    [InlineData("echo hang", "has not answered within 0.3 s", Ended.Types.Status.Failed)]
    [InlineData("echo forgotten", "has no handler", Ended.Types.Status.Failed)]
    internal async Task A_command_that_goes_wrong_says_so_and_disturbs_no_other(string text, string message, Ended.Types.Status status)
    {
        await using var node = TestNode.Local("", new EchoCommands());
        var client = await node.Connect();

        (await client.RunText(text)).Fails(message, status);

        Assert.Equal("still here", (await client.RunText("echo say 'still here'")).Succeeds().Output);
    }

    [Fact]
    public async Task A_palette_is_registered_once()
    {
        await using var node = TestNode.Local("", new EchoCommands());

        Assert.False(node.Cmd.RegisterCommandPalette(new EchoCommands()));
        Assert.Equal(4, node.Cmd.Palettes.Count);
    }

    [Fact]
    public async Task Stopping_a_stream_stops_its_handler_and_keeps_the_connection()
    {
        var observer = new Observer();
        await using var node = TestNode.Local("", new EchoCommands(observer));
        var client = await node.Connect();
        using var stop = new CancellationTokenSource();
        var printed = new Observer();

        var run = client.RunAsync(["echo", "follow"], printed.Tell, stop.Token);
        Assert.Equal("it begins", await printed.Next<string>());
        var started = await observer.Next<EchoCommands.Started>();
        started.Client.Tell(new CommandResponse("one", final: false));
        Assert.Equal("one", await printed.Next<string>());
        started.Client.Tell(new CommandResponse("two", final: false));
        Assert.Equal("two", await printed.Next<string>());
        await stop.CancelAsync();

        Assert.Equal(Ended.Types.Status.Cancelled, (await run.InTime()).Status);
        await observer.Next<EchoCommands.Stopped>();
        (await client.RunText("echo say x")).Succeeds();
    }

    [Fact]
    public async Task A_client_that_goes_takes_its_handlers_with_it()
    {
        var observer = new Observer();
        await using var node = TestNode.Local("", new EchoCommands(observer));
        var client = await node.Connect();
        var run = client.RunAsync(["echo", "follow"], _ => { }, CancellationToken.None);
        await observer.Next<EchoCommands.Started>();

        await client.DisposeAsync();

        await observer.Next<EchoCommands.Stopped>();
        Assert.Equal(CommandClientProblem.Lost, (await Assert.ThrowsAsync<CommandClientException>(() => run.InTime())).Problem);
    }

    [Fact]
    public async Task Clients_run_commands_at_the_same_time()
    {
        var observer = new Observer();
        await using var node = TestNode.Local("", new EchoCommands(observer));
        var clients = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => node.Connect()));

        var runs = clients.Select(client => client.RunText("echo wait")).ToList();
        var waiting = new List<IActorRef>();
        for (var i = 0; i < clients.Length; i++)
        {
            waiting.Add((await observer.Next<EchoCommands.Started>()).Client);
        }

        for (var i = 0; i < waiting.Count; i++)
        {
            waiting[i].Tell(new CommandResponse($"answer {i}"));
        }

        var answers = await Task.WhenAll(runs).InTime();
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"answer {i}"), answers.Select(answer => answer.Succeeds().Output).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_client_too_many_is_told_so_and_its_place_is_free_when_another_goes()
    {
        await using var node = TestNode.Local("meditron.cmd.max-clients = 2", new EchoCommands());
        var first = await node.Connect();
        await node.Connect();

        var refused = await Assert.ThrowsAsync<CommandClientException>(() => node.Connect());
        Assert.Equal(CommandClientProblem.Refused, refused.Problem);
        Assert.Contains("meditron.cmd.max-clients", refused.Message, StringComparison.Ordinal);

        await first.DisposeAsync();
        CommandClient? next = null;
        await Observer.Retry(async () =>
        {
            try
            {
                next = await node.Connect();
                return true;
            }
            catch (CommandClientException e) when (e.Problem == CommandClientProblem.Refused)
            {
                return false;
            }
        });
        (await next!.RunText("echo say x")).Succeeds();
    }

    [Fact]
    public async Task One_command_too_many_is_told_so()
    {
        var observer = new Observer();
        await using var node = TestNode.Local("meditron.cmd.max-commands-per-client = 1", new EchoCommands(observer));
        var client = await node.Connect();
        var first = client.RunText("echo wait");
        var started = await observer.Next<EchoCommands.Started>();

        (await client.RunText("echo say x")).Fails("meditron.cmd.max-commands-per-client");

        started.Client.Tell(CommandResponse.Empty);
        (await first.InTime()).Succeeds();
        (await client.RunText("echo say x")).Succeeds();
    }

    [Fact]
    public async Task A_long_answer_arrives_whole_and_one_that_is_too_long_is_cut()
    {
        await using var node = TestNode.Local("meditron.cmd.max-response-size = 1 MiB", new EchoCommands());
        var client = await node.Connect();
        var word = new string('x', 999);

        var whole = (await client.RunText($"echo say {word} -n 1000")).Succeeds();
        Assert.Equal(1000, whole.Lines.Length);
        Assert.All(whole.Lines, line => Assert.Equal(word, line));

        var cut = (await client.RunText($"echo say {word} -n 2000")).Fails("meditron.cmd.max-response-size");
        Assert.InRange(cut.Output.Length, 1 << 20, (1 << 20) + 100);
    }

    [Fact]
    public async Task Commands_are_answered_while_all_other_threads_of_the_node_are_busy()
    {
        await using var node = TestNode.Local("akka.actor.default-dispatcher { type = ForkJoinDispatcher, dedicated-thread-pool.thread-count = 1 }");
        using var release = new ManualResetEventSlim();
        var blocked = new TaskCompletionSource();
        var blocker = node.System.ActorOf(Props.Create(() => new Blocker(blocked, release)), "blocker");
        blocker.Tell("block");
        await blocked.Task.InTime();
        try
        {
            Assert.Contains("/user/blocker", (await node.Run("actor hierarchy")).Succeeds().Lines);
            Assert.Contains("uptime", (await node.Run("system info")).Succeeds().Output, StringComparison.Ordinal);
            (await node.Run("log view")).Succeeds();
        }
        finally
        {
            release.Set();
        }
    }

    [Fact]
    public async Task A_node_that_ends_says_goodbye()
    {
        var observer = new Observer();
        var node = TestNode.Local("", new EchoCommands(observer));
        var client = await node.Connect();
        var run = client.RunAsync(["echo", "follow"], _ => { }, CancellationToken.None);
        await observer.Next<EchoCommands.Started>();

        await node.System.Terminate().InTime();

        var lost = await Assert.ThrowsAsync<CommandClientException>(() => run.InTime());
        Assert.Contains("the node ends", lost.Message, StringComparison.Ordinal);
        Assert.False(client.IsConnected);
        await Assert.ThrowsAsync<CommandClientException>(() => client.RunText("echo say x"));
        var unreachable = await Assert.ThrowsAsync<CommandClientException>(() => node.Connect());
        Assert.Equal(CommandClientProblem.Unreachable, unreachable.Problem);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_what_to_do()
    {
        await using var node = TestNode.Local();

        var failure = Assert.Throws<CommandHostException>(() => TestNode.Local($"meditron.cmd.port = {node.Port}"));

        Assert.Contains($"127.0.0.1:{node.Port}: the port is in use", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Choose another meditron.cmd.port", failure.Message, StringComparison.Ordinal);
    }

    private sealed class Blocker : ReceiveActor
    {
        public Blocker(TaskCompletionSource blocked, ManualResetEventSlim release) => ReceiveAny(_ =>
        {
            blocked.TrySetResult();
            release.Wait(Deadlines.Usual);
        });
    }
}
