using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Chaos;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;
using Meditron.Training.Recovery.Copies;
using Meditron.Training.Settings;
using Meditron.Training.Tests.Parallel;

namespace Meditron.Training.Tests.Recovery;

/// <summary>Copies of a shard on another machine, which is this one under its own address: what arrives there is what others go on from, with the same bits.</summary>
public sealed class CopiesTests : IDisposable
{
    private const ulong Job = 7;

    private static readonly LlamaConfig Model = new() { VocabularySize = 61, HiddenSize = 32, Layers = 2, Heads = 2, KvHeads = 1, FfnSize = 48, MaxPositions = 16 };
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly StageGeometry Geometry = new(Model, Options(), ParallelLayout.Single);

    private static readonly FusedKernels Kernels = new();

    private readonly BlockingCollection<CopyHeld> held = [];
    private readonly BlockingCollection<CopyLost> lost = [];
    private readonly CopyServer server;
    private readonly ShardCopier copier;
    private readonly RankTrainer trainer;

    public CopiesTests()
    {
        server = new CopyServer("server", "machine", "127.0.0.1", Deadline, held.Add);
        copier = new ShardCopier(Job, Deadline, lost.Add);
        trainer = Trainer();
        trainer.Copies = copier;
    }

    [Fact]
    public void After_every_step_the_copy_of_the_one_before_is_whole_on_the_other_machine()
    {
        Start(1);
        for (var step = 1; step <= 4; step++)
        {
            trainer.TrainStep();
            Assert.Contains(step - 1, Assert.Single(server.Handles).Steps);
        }

        copier.End(() => { });
        Assert.Equal([3, 4], Assert.Single(server.Handles).Steps.Order());
        Assert.Equal(0, Assert.Single(server.Handles).Rank);
        Assert.Equal(1, held.Take().Generation);
        Assert.Empty(lost);
    }

    [Fact]
    public void Who_takes_the_copy_over_the_network_goes_on_with_the_same_bits()
    {
        Start(1);
        Take(trainer, 3);
        copier.End(() => { });
        copier.Stop();
        using var heir = Heir(Assert.Single(server.Handles), server.Description, 3);
        Assert.Equal(3, heir.Step);
        Assert.Equal([1, 2, 3], heir.State.Arena!.History().Select(position => position.Step).Where(step => step > 0));
        Assert.Equal(Take(trainer, 2), Take(heir, 2));
        Assert.Equal(Weights(trainer), Weights(heir));
    }

    [Fact]
    public void A_shard_of_another_layout_is_put_together_from_parts_of_several_machines()
    {
        Take(trainer, 2);
        var two = new StageGeometry(Model, Options(), new ParallelLayout(1, 1, 2));
        using var other = new CopyServer("other", "second", "127.0.0.1", Deadline, held.Add);
        var halves = Enumerable.Range(0, 2).Select(rank => Half(two, rank)).ToList();
        using var heir = Trainer();
        heir.State.Invalidate();
        using (var source = new ArenaSource([Remote(halves[0], server.Description, 2), Remote(halves[1], other.Description, 2)], two))
        {
            source.CopyTo(heir.State, Kernels);
            heir.State.Restored(source.Position!);
        }

        heir.GatherWeights();
        Assert.Equal(Weights(trainer), Weights(heir));
        Assert.Equal(Take(trainer, 1), Take(heir, 1));
        halves.ForEach(half => half.Dispose());
    }

    [Fact]
    public void What_has_changed_in_the_memory_of_the_copy_is_put_right_or_not_given()
    {
        Start(1);
        Take(trainer, 3);
        copier.End(() => { });
        copier.Stop();
        var handle = Assert.Single(server.Handles);
        using var copy = StateArena.Open(handle.ProcessId, handle.Fd, StateHolder.TokenOf(handle));
        var slot = copy.PositionOf(0)?.Step == 3 ? 0 : 1;
        copy.Bytes(slot, 4 * 100, 1)[0] ^= 16;
        var mended = new List<string>();
        using (var heir = Heir(handle, server.Description, 3, mended.Add))
        {
            Assert.Equal(Weights(trainer), Weights(heir));
            Assert.Contains("put right", Assert.Single(mended), StringComparison.Ordinal);
        }

        copy.Bytes(slot, copy.PartOffset(1), 64).Fill(7);
        Assert.Contains("The memory of rank", Assert.Throws<StateDamagedException>(() => Heir(handle, server.Description, 3)).Message, StringComparison.Ordinal);
        Assert.Equal([2], Assert.Single(server.Handles).Steps);
    }

    [Fact]
    public void A_source_that_has_gone_is_passed_over_for_the_next()
    {
        Take(trainer, 1);
        var gone = new StateServer { Id = "gone", Host = "127.0.0.1", Port = FreePort(), Key = server.Description.Key };
        using var heir = Trainer();
        heir.State.Invalidate();
        using var source = new ArenaSource([Remote(trainer.State.Arena!, gone, 1), Remote(trainer.State.Arena!, server.Description, 1)], Geometry);
        source.CopyTo(heir.State, Kernels);
        Assert.Equal(1, source.Position!.Step);
    }

    [Fact]
    public void Nobody_without_the_server_s_key_is_given_or_may_give_anything()
    {
        Take(trainer, 1);
        var stranger = server.Description.Clone();
        stranger.Key = ByteString.CopyFrom(new byte[StateConnection.KeyBytes]);
        var error = Assert.Throws<IOException>(() => Heir(StateHolder.Describe(trainer.State.Arena!, isMaker: true), stranger, 1));
        Assert.Contains("does not know the key", error.Message, StringComparison.Ordinal);
        copier.Start(new CopyTo { Generation = 1, Server = stranger }, trainer.State);
        Assert.Contains("does not know the key", Next(lost).Problem, StringComparison.Ordinal);
        Assert.Empty(server.Handles);
    }

    [Fact]
    public void A_step_that_the_memory_no_longer_has_or_of_another_job_is_refused_in_words()
    {
        Take(trainer, 3);
        var handle = StateHolder.Describe(trainer.State.Arena!, isMaker: true);
        Assert.Contains("no longer step 1", Assert.Throws<IOException>(() => Heir(handle, server.Description, 1)).Message, StringComparison.Ordinal);
        using var heir = Trainer();
        using var shard = new RemoteShard(handle, server.Description, Job + 1, 3, Deadline, _ => { });
        Assert.Contains("another model", Assert.Throws<IOException>(() => shard.Read([], heir.State.Version(0), Kernels, _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_generation_that_is_over_can_copy_nothing_any_more()
    {
        Start(1);
        Take(trainer, 2);
        copier.End(() => { });
        server.End(1);

        // The steps that it takes all the same are its own affair.
        Take(trainer, 2);
        Assert.Equal([1, 2], Assert.Single(server.Handles).Steps.Order());
        Assert.Equal(1, Next(lost).Generation);
        copier.Start(new CopyTo { Generation = 1, Server = server.Description }, trainer.State);
        Assert.Contains("generation 1 is over", Next(lost).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_generation_goes_on_in_the_same_memory_and_what_was_given_up_is_not_offered()
    {
        Start(1);
        Take(trainer, 4);
        copier.End(() => { });
        var first = held.Take().State.Token;
        server.End(1);
        Assert.True(trainer.State.Rewind(3));
        trainer.GatherWeights();
        Start(2);
        copier.End(() => { });
        Assert.Equal([3], Assert.Single(server.Handles).Steps);
        Take(trainer, 1);
        copier.End(() => { });
        Assert.Equal([3, 4], Assert.Single(server.Handles).Steps.Order());
        Assert.Equal(first, held.Take().State.Token);
    }

    [Fact]
    public void Copies_that_no_generation_wants_any_more_are_let_go_and_those_of_the_running_one_are_kept()
    {
        Start(1);
        copier.End(() => { });
        server.Keep(new HoldStates { Generation = 1 });
        Assert.Single(server.Handles);
        var wanted = new HoldStates { Generation = 2 };
        wanted.States.AddRange(server.Handles);
        server.Keep(wanted);
        Assert.Single(server.Handles);
        server.Keep(new HoldStates { Generation = 2 });
        Assert.Empty(server.Handles);
    }

    [Fact]
    public void No_step_is_committed_before_the_copy_of_the_one_before_is_there()
    {
        using var slow = new SlowServer();
        var points = new Points(() => slow.HasAnswered);
        using var waiting = Trainer(points);
        waiting.Copies = copier;
        copier.Start(new CopyTo { Generation = 1, Server = slow.Description }, waiting.State);
        var step = new Thread(() => waiting.TrainStep());
        step.Start();

        // The whole of step 0 has arrived, and its sender is not told so: step 1 is computed and not committed.
        Assert.Equal(0, slow.Receive());
        Assert.True(points.Computed.Wait(Deadline));
        Assert.Equal(0, waiting.Step);
        slow.Answer();
        Assert.True(step.Join(Deadline));
        Assert.True(points.WasAnsweredAtCommit);
        Assert.Equal(1, waiting.Step);
        Assert.True(waiting.CopySeconds > 0);
        Assert.Equal(1, slow.Receive());
    }

    [Fact]
    public void A_step_goes_on_without_a_machine_that_ends_while_it_is_copied_to()
    {
        using var slow = new SlowServer();
        copier.Start(new CopyTo { Generation = 1, Rank = 0, Server = slow.Description }, trainer.State);
        var step = new Thread(() => trainer.TrainStep());
        step.Start();
        Assert.Equal(0, slow.Receive());
        slow.Dispose();
        Assert.True(step.Join(Deadline));
        Assert.Equal(1, trainer.Step);
        Assert.Equal("slow", Next(lost).Server);
        Assert.Equal(3, Take(trainer, 2).Count + 1);
    }

    [Fact]
    public void A_step_that_waits_for_a_copy_ends_once_its_generation_does()
    {
        using var slow = new SlowServer();
        copier.Start(new CopyTo { Generation = 1, Server = slow.Description }, trainer.State);
        Assert.Equal(0, slow.Receive());
        Assert.Throws<OperationCanceledException>(() => copier.End(() => throw new OperationCanceledException("aborted")));

        // Nothing reads the version any more, so that it can be overwritten.
        copier.Stop();
        Take(trainer, 3);
        Assert.Empty(lost);
    }

    public void Dispose()
    {
        copier.Dispose();
        trainer.Dispose();
        server.Dispose();
        held.Dispose();
        lost.Dispose();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static T Next<T>(BlockingCollection<T> told) => told.TryTake(out var item, Deadline) ? item : throw new TimeoutException($"no {typeof(T).Name} was told of");

    private void Start(long generation) => copier.Start(new CopyTo { Generation = generation, Rank = 0, Server = server.Description }, trainer.State);

    private static RemoteShard Remote(StateArena arena, StateServer from, int step) => new(StateHolder.Describe(arena, isMaker: true), from, Job, step, Deadline, _ => { });

    private static RankTrainer Heir(StateHandle handle, StateServer from, int step, Action<string>? mended = null)
    {
        var heir = Trainer();
        try
        {
            heir.State.Mended = mended;
            heir.State.Invalidate();
            using var source = new ArenaSource([new RemoteShard(handle, from, Job, step, Deadline, _ => { })], Geometry);
            source.CopyTo(heir.State, Kernels);
            heir.State.Restored(source.Position!);
            heir.GatherWeights();
            return heir;
        }
        catch
        {
            heir.Dispose();
            throw;
        }
    }

    /// <summary>One of two ranks' shards with what the trainer has now.</summary>
    private StateArena Half(StageGeometry two, int rank)
    {
        var plan = two.PlanOf(new RankCoordinates(0, rank, 0));
        var arena = StateArena.Create(new ArenaIdentity(Guid.NewGuid(), Job, two.Layout, rank, plan.ShardLength(rank)), plan.PiecesOf(rank));
        using var state = new ShardedState(plan, rank, Precision.Fp32, Device.CPU, Kernels, StateArena.Open(Environment.ProcessId, arena.Descriptor, arena.Identity.Token));
        state.Invalidate();
        using var source = new ArenaSource([trainer.State.Arena!], Geometry, 0, trainer.Step);
        source.CopyTo(state, Kernels);
        state.Restored(source.Position!);
        return arena;
    }

    private static RankTrainer Trainer(IFaultPoints? points = null)
    {
        var plan = Geometry.PlanOf(new RankCoordinates(0, 0, 0));
        var identity = new ArenaIdentity(Guid.NewGuid(), Job, ParallelLayout.Single, 0, plan.ShardLength(0));
        var made = new RankTrainer(
            Geometry, 0, RankGroups.None, new RankOptions { Faults = points }, new SampleMicroBatches(new LayoutSamples(16, Model.VocabularySize)), null, Kernels, Device.CPU, TimeProvider.System, StateArena.Create(identity, plan.PiecesOf(0)));
        made.Restored(0, 0, 0, 0);
        return made;
    }

    private static IReadOnlyList<double> Take(RankTrainer of, int steps) => [.. Enumerable.Range(0, steps).Select(_ => of.TrainStep().Loss)];

    private static float[] Weights(RankTrainer of)
    {
        var state = of.State.Version(of.State.Current);
        return [.. state.master.data<float>().ToArray(), .. state.exp_avg.data<float>().ToArray(), .. state.exp_avg_sq.data<float>().ToArray()];
    }

    private static TrainerOptions Options() => new()
    {
        Steps = 100,
        MicroBatch = 2,
        GlobalBatch = 6,
        SequenceLength = 16,
        LearningRate = new LearningRateSchedule(1e-2, 1e-4, 2, 100, DecayStyle.Cosine),
    };

    private sealed class Points(Func<bool> answered) : IFaultPoints
    {
        public ManualResetEventSlim Computed { get; } = new();

        public bool WasAnsweredAtCommit { get; private set; }

        public void Reached(FaultPoint point, int step, int rank, RankGroups? groups, IFaultTarget? target = null)
        {
            if (point == FaultPoint.BeforeNorm)
            {
                Computed.Set();
            }
            else if (point == FaultPoint.AfterNorm)
            {
                WasAnsweredAtCommit = answered();
            }
        }
    }

    /// <summary>A state server that keeps nothing, and says that it does only when a test has it say so.</summary>
    private sealed class SlowServer : IDisposable
    {
        private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private StateConnection? connection;
        private long bytes;
        private long checksums;
        private int step;

        public SlowServer()
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            Description = new StateServer { Id = "slow", Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndPoint!).Port, Key = ByteString.CopyFrom(new byte[StateConnection.KeyBytes]) };
        }

        public StateServer Description { get; }

        public bool HasAnswered { get; private set; }

        /// <summary>Receives a version and gives its step.</summary>
        public int Receive()
        {
            if (connection is null)
            {
                connection = StateConnection.Accept(listener.Accept(), Description.Key.Span, Deadline);
                var keep = connection.Receive(StateRequest.Parser).Keep;
                var blocks = new StateBlocks([.. keep.Pieces]);
                bytes = 3 * ((blocks.Elements * sizeof(float) + 4095) / 4096 * 4096);
                checksums = blocks.Count * sizeof(ulong);
                connection.Send(new CopyKept());
            }

            step = connection.Receive(CopyVersion.Parser).Position.Step;
            Assert.True(connection.ReceiveBytes(new byte[checksums]));
            Assert.True(connection.ReceiveBytes(new byte[bytes]));
            return step;
        }

        public void Answer()
        {
            HasAnswered = true;
            connection!.Send(new VersionKept { Step = step });
        }

        public void Dispose()
        {
            connection?.Dispose();
            listener.Dispose();
        }
    }
}
