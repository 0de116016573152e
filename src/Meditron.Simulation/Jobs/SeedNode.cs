using Meditron.Llama;
using Meditron.Simulation.Stores;
using Meditron.Training.Distributed;
using Meditron.Training.Distributed.Checkpointing;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Journals;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Settings;

namespace Meditron.Simulation.Jobs;

/// <summary>A seed of the job: may host the coordinators.</summary>
internal sealed class SeedNode(TrainingSite site, NodeProcess process) : ClusterProgram(site, process)
{
    private const string Run = "job";

    private static readonly LlamaConfig Model = new() { VocabularySize = 2, HiddenSize = 2, Layers = 1, Heads = 1, KvHeads = 1, FfnSize = 2 };

    /// <summary>Whether it was told to form a cluster, as there was none.</summary>
    public bool IsFounder { get; private set; }

    /// <summary>Whether its coordinator was the last to be heard of.</summary>
    public bool Leads => Site.Record.Leader == Process;

    /// <summary>A proxy of the training coordinator.</summary>
    public IActorRef? Coordinator { get; private set; }

    public override void Start()
    {
        System = SimulatedSystem.Start(Process, TrainingConfigs.SystemName, Site.Configs.Of(NodeRoles.Seed, TrainingConfigs.Port), new StoreSetup(Process));
        var plan = Site.Plan;
        var training = new CoordinatorOptions
        {
            Run = Run,
            Layout = plan.Layout,
            Steps = plan.Steps,
            Fingerprint = [],
            TooFewWorkers = plan.Shrink ? TooFewWorkersOptions.Default : TooFewWorkersOptions.Default with { Action = TooFewWorkersAction.Wait },
            GenerationTimeout = TimeSpan.FromSeconds(20),
            FinishTimeout = TimeSpan.FromSeconds(60),
            FailuresWithoutProgress = 1_000,
            CheckpointInterval = plan.CheckpointInterval,
            IsPlanted = World.IsPlanted,
        };
        var checkpointing = new CheckpointCoordinatorOptions { Run = Run, Folder = "checkpoints", Context = new CheckpointContext(Model, "", "", ""), KeepLast = 2, KeepEvery = 0, KeepBest = 0, IsPlanted = World.IsPlanted };
        IsFounder = Site.MayFound(this);
        Join(IsFounder);
        var log = Site.Record.LogOf(Process);
        (Coordinator, _) = TrainingNode.StartSeed(
            System,
            coordinator => CheckpointKeeper.PropsFor(CheckpointCoordinator.IdOf(Run), CheckpointCoordinator.PropsFor(checkpointing, coordinator, Site.Disk), coordinator),
            checkpoints => TrainingKeeper.PropsFor(TrainingCoordinator.IdOf(Run), TrainingCoordinator.PropsFor(training, checkpoints, log), Run, log));
    }
}
