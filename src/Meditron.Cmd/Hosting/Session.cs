using System.Security.Cryptography;
using Google.Protobuf;
using Meditron.Cmd.Network;
using Meditron.Cmd.Parsing;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Hosting;

/// <summary>One client: lets it in, runs its commands, and notices when it is gone.</summary>
internal sealed class Session : ReceiveActor, IWithTimers
{
    // How long what is queued may take to go out before the connection is cut.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    // How long commands may take to end once the node ends; less than the shutdown's phase.
    private static readonly TimeSpan GraceTimeout = TimeSpan.FromSeconds(1.5);

    private readonly MeditronCmd _cmd;
    private readonly CommandConnection _connection;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<uint, ClientRun> _runs = [];
    private TimeSpan _heard;
    private long _runNumber;
    private ServerFrame? _goodbye;

    public Session(MeditronCmd cmd, CommandConnection connection)
    {
        _cmd = cmd;
        _connection = connection;
        AwaitHello();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private CmdSettings Settings => _cmd.Settings;

    protected override void PreStart()
    {
        Timers.StartSingleTimer(Tick.HandshakeOver, Tick.HandshakeOver, Settings.HandshakeTimeout);
        _connection.Start(Self);
    }

    protected override void PostStop() => _connection.Abort();

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void AwaitHello()
    {
        OnFrame(ClientFrame.KindOneofCase.Hello, frame => Greet(frame.Hello));
        Always();
    }

    private void AwaitProof(Hello hello, Challenge challenge)
    {
        OnFrame(ClientFrame.KindOneofCase.Proof, frame => Judge(frame.Proof, hello, challenge));
        Always();
    }

    private void Serve()
    {
        Receive<FrameArrived>(arrived =>
        {
            if (Open(arrived) is { } frame)
            {
                Handle(frame);
            }
        });
        Receive<CommandRun.Says>(Relay);
        Receive<CommandRun.Over>(EndRun);
        Receive<Tick>(_ => Beat(), tick => tick == Tick.Beat);
        Receive<Tick>(_ => End(_goodbye!), tick => tick == Tick.GraceOver);
        Receive<Goodbye>(SayGoodbye);
        Always();
    }

    private void Ending()
    {
        Receive<ConnectionEnded>(_ => Context.Stop(Self));
        Receive<Tick>(_ => Context.Stop(Self), tick => tick == Tick.DrainOver);
        ReceiveAny(_ => { });
    }

    private void Always()
    {
        Receive<FrameRefused>(refused => Refuse(Reject.Types.Code.Malformed, refused.Problem));
        Receive<ConnectionEnded>(_ =>
        {
            _log.Debug("The client {0} has gone", _connection.Peer);
            Context.Stop(Self);
        });
        Receive<Tick>(_ => Refuse(Reject.Types.Code.Silent, $"the client has not introduced itself within {Settings.HandshakeTimeout.TotalSeconds:0.###} s"), tick => tick == Tick.HandshakeOver);
        Receive<Goodbye>(goodbye => End(new ServerFrame { Goodbye = goodbye }));
    }

    private void OnFrame(ClientFrame.KindOneofCase expected, Action<ClientFrame> handle) => Receive<FrameArrived>(arrived =>
    {
        if (Open(arrived) is not { } frame)
        {
            return;
        }

        if (frame.KindCase == expected)
        {
            handle(frame);
        }
        else
        {
            Refuse(Reject.Types.Code.Malformed, $"a {expected} was expected, not a {frame.KindCase}");
        }
    });

    private ClientFrame? Open(FrameArrived arrived)
    {
        try
        {
            _heard = Context.System.Scheduler.MonotonicClock;
            return _connection.Open(arrived.Frame);
        }
        catch (FrameException e)
        {
            Refuse(Reject.Types.Code.Malformed, e.Message);
            return null;
        }
    }

    private void Greet(Hello hello)
    {
        if (hello.Protocol != SecretProof.Protocol)
        {
            Refuse(Reject.Types.Code.Malformed, "the client speaks another protocol");
            return;
        }

        if (hello.Version != SecretProof.Version)
        {
            Refuse(Reject.Types.Code.Version, $"the client speaks version {hello.Version} of the protocol, this node version {SecretProof.Version}: use the meditron of the node's version");
            return;
        }

        if (hello.Nonce.Length != SecretProof.NonceSize)
        {
            Refuse(Reject.Types.Code.Malformed, $"the nonce has {hello.Nonce.Length} bytes instead of {SecretProof.NonceSize}");
            return;
        }

        var challenge = new Challenge
        {
            Protocol = SecretProof.Protocol,
            Version = SecretProof.Version,
            Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(SecretProof.NonceSize)),
            SecretNeeded = Settings.NeedsSecret,
        };
        _connection.Send(new ServerFrame { Challenge = challenge });
        Become(() => AwaitProof(hello, challenge));
    }

    private void Judge(Proof proof, Hello hello, Challenge challenge)
    {
        var expected = new SecretProof(Settings.Secret, hello, challenge);
        var proven = proof.Mac.Length > 0 && Settings.Secret.Length > 0;
        if (proven && !SecretProof.Same(proof.Mac, expected.OfClient))
        {
            Refuse(Reject.Types.Code.Secret, "the client's secret is another one than the node's akka.remote.secret");
            return;
        }

        if (!proven && Settings.NeedsSecret)
        {
            Refuse(Reject.Types.Code.Secret, "the cluster's secret is needed, and the client has none");
            return;
        }

        var welcome = new Welcome
        {
            Mac = proven ? ByteString.CopyFrom(expected.OfHost) : ByteString.Empty,
            Node = NodeAddress.Of(_cmd.Sys, Self).ToString(),
            HeartbeatMilliseconds = (uint)Settings.HeartbeatInterval.TotalMilliseconds,
            Palettes = { _cmd.Palettes.Select(PaletteInfos.ToInfo) },
        };

        // Before the client is welcome: its first command may come at once.
        _connection.Limit = Settings.MaxCommandSize;
        _connection.Send(new ServerFrame { Welcome = welcome });
        if (proven)
        {
            _connection.Seal(expected.ClientSeal(), expected.HostSeal());
        }

        Timers.Cancel(Tick.HandshakeOver);
        Timers.StartPeriodicTimer(Tick.Beat, Tick.Beat, Settings.HeartbeatInterval);
        _log.Debug("The client {0} is connected", _connection.Peer);
        Become(Serve);
    }

    private void Handle(ClientFrame frame)
    {
        switch (frame.KindCase)
        {
            case ClientFrame.KindOneofCase.Run:
                Start(frame.Run);
                break;
            case ClientFrame.KindOneofCase.Cancel:
                if (_runs.TryGetValue(frame.Cancel.Id, out var cancelled))
                {
                    cancelled.Actor.Tell(CommandRun.Stop.Instance);
                }

                break;
            case ClientFrame.KindOneofCase.Beat:
                break;
            default:
                Refuse(Reject.Types.Code.Malformed, $"a command was expected, not a {frame.KindCase}");
                break;
        }
    }

    private void Start(Run run)
    {
        if (_runs.ContainsKey(run.Id))
        {
            Refuse(Reject.Types.Code.Malformed, $"the command {run.Id} runs already");
            return;
        }

        if (_goodbye is not null)
        {
            SendEnd(run.Id, Ended.Types.Status.Failed, "The node ends.");
            return;
        }

        if (_runs.Count >= Settings.MaxCommandsPerClient)
        {
            SendEnd(run.Id, Ended.Types.Status.Failed, $"{_runs.Count} commands are running, more are not allowed (meditron.cmd.max-commands-per-client).");
            return;
        }

        var handlers = _cmd.Handlers;
        var (command, problem) = CommandParser.Parse(run.Words, [.. handlers.Select(handler => handler.Palette)]);
        if (command is null)
        {
            SendEnd(run.Id, Ended.Types.Status.Usage, problem!);
            return;
        }

        _log.Debug("The client {0} runs: {1}", _connection.Peer, command);
        var palette = handlers.First(handler => handler.Palette == command.Palette);
        var id = run.Id;
        var actor = Context.ActorOf(
            Props.Create(() => new CommandRun(id, command, palette, Settings)).WithDispatcher(MeditronCmd.DispatcherId), $"run-{++_runNumber}");
        _runs.Add(id, new ClientRun(actor, command.Definition.Streams));
    }

    private void Relay(CommandRun.Says says)
    {
        if (!_runs.TryGetValue(says.Id, out var run))
        {
            return;
        }

        if (run.Streams && _connection.QueuedBytes > Settings.SendQueueLimit)
        {
            run.LeftOut++;
            return;
        }

        if (run.LeftOut > 0)
        {
            SendText(says.Id, $"... {run.LeftOut} left out: the connection is too slow");
            run.LeftOut = 0;
        }

        SendText(says.Id, says.Text);
    }

    private void EndRun(CommandRun.Over over)
    {
        if (_runs.Remove(over.Id))
        {
            SendEnd(over.Id, over.Status, over.Message);
            EndIfIdle();
        }
    }

    /// <summary>The node ends: so does the client's connection, but commands that are about to be answered are waited for.</summary>
    private void SayGoodbye(Goodbye goodbye)
    {
        _goodbye = new ServerFrame { Goodbye = goodbye };
        Timers.StartSingleTimer(Tick.GraceOver, Tick.GraceOver, GraceTimeout);
        EndIfIdle();
    }

    private void EndIfIdle()
    {
        if (_goodbye is not null && _runs.Values.All(run => run.Streams))
        {
            End(_goodbye);
        }
    }

    private void SendText(uint id, string text)
    {
        foreach (var piece in TextPieces.Of(text, Frames.OutputLimit / 4))
        {
            _connection.Send(new ServerFrame { Output = new Output { Id = id, Text = piece } });
        }
    }

    private void SendEnd(uint id, Ended.Types.Status status, string message) =>
        _connection.Send(new ServerFrame { Ended = new Ended { Id = id, Status = status, Message = TextPieces.Cut(message, Frames.OutputLimit / 4) } });

    private void Beat()
    {
        if (Context.System.Scheduler.MonotonicClock - _heard > Settings.IdleTimeout)
        {
            _log.Info("The client {0} is given up: nothing was heard of it for {1}", _connection.Peer, Settings.IdleTimeout);
            Context.Stop(Self);
            return;
        }

        if (_connection.QueuedBytes == 0)
        {
            _connection.Send(new ServerFrame { Beat = new Beat() });
        }
    }

    private void Refuse(Reject.Types.Code code, string reason)
    {
        _log.Warning("The client {0} is refused: {1}", _connection.Peer, reason);
        End(new ServerFrame { Reject = new Reject { Code = code, Reason = reason } });
    }

    private void End(ServerFrame last)
    {
        foreach (var run in _runs.Values)
        {
            Context.Stop(run.Actor);
        }

        _connection.Send(last);
        _connection.Close();
        Timers.CancelAll();
        Timers.StartSingleTimer(Tick.DrainOver, Tick.DrainOver, DrainTimeout);
        Become(Ending);
    }

    private enum Tick
    {
        HandshakeOver,
        Beat,
        GraceOver,
        DrainOver,
    }

    /// <summary>A command that runs.</summary>
    private sealed class ClientRun(IActorRef actor, bool streams)
    {
        public IActorRef Actor => actor;

        public bool Streams => streams;

        /// <summary>Responses that the client did not get because it was too slow.</summary>
        public long LeftOut { get; set; }
    }
}
