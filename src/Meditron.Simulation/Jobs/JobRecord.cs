using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;

namespace Meditron.Simulation.Jobs;

/// <summary>All that happens to a job, held against the run without faults (I1, I2) and against the order of generations (I4).</summary>
internal sealed class JobRecord(TrainingSite site)
{
    private const string SameBits = "I1: the same bits whatever happens";
    private const string NothingLost = "I2: nothing lost, nothing twice";
    private const string OneLeader = "I4: one leader";

    private readonly SortedDictionary<long, Generation> _generations = [];
    private readonly List<int> _metrics = [];

    /// <summary>Whether a coordinator, that may have ended since, has said that memory was lost, and no record has gone back for it yet.</summary>
    private bool _mayRewind;
    private readonly Dictionary<string, NodeProcess> _raised = new(StringComparer.Ordinal);
    private bool _mayGoBack = true;
    private bool _preempted;
    private long _newestGivenUp;
    private int _top;
    private int _newestAtFailure;
    private int _newestAtLoss;

    /// <summary>How the job has ended; null while it has not.</summary>
    public JobOutcome? Outcome { get; private set; }

    /// <summary>The process whose coordinator was the last to tell of something.</summary>
    public NodeProcess? Leader { get; private set; }

    /// <summary>Steps committed, done again ones included.</summary>
    public int Commits { get; private set; }

    /// <summary>Times that memory was lost.</summary>
    public int MemoryLost { get; private set; }

    /// <summary>The number of generations that have connected.</summary>
    public int Generations => _generations.Count;

    /// <summary>The highest step that was committed.</summary>
    public int Highest => _generations.Values.Select(static generation => generation.Highest).DefaultIfEmpty().Max();

    private TrainingSite Site => site;

    private World World => site.World;

    /// <summary>A rank of a generation has all the others and begins to load.</summary>
    public void Connected(long generation, StartFrom start)
    {
        if (!_generations.ContainsKey(generation))
        {
            var fromMemory = start.States.Count > 0;
            if (_mayGoBack)
            {
                _top = start.Step;
            }

            if ((!fromMemory || _mayGoBack) && start.Step < _newestAtLoss)
            {
                World.Violate(NothingLost, $"generation {generation} goes back to step {start.Step}, although there is a good checkpoint of step {_newestAtLoss}");
            }

            _generations[generation] = new Generation(start.Step, fromMemory, _mayGoBack);
            World.Note("job", $"generation {generation} loads step {start.Step} from {(fromMemory ? "memory" : start.Checkpoint.Length > 0 ? start.Checkpoint : "the beginning")}");
        }
    }

    /// <summary>A rank has what commits a step.</summary>
    public void Committed(GenerationGroup group, int rank, int step, ulong gradient)
    {
        var generation = _generations[group.Generation];
        generation.Group ??= group;
        if (generation.Group != group)
        {
            World.Violate(OneLeader, $"generation {group.Generation} commits step {step} with two different sets of members");
        }

        if (gradient != site.Reference.GradientOf(step))
        {
            World.Violate(SameBits, $"generation {group.Generation} commits step {step} with another gradient than the run without faults");
        }

        if (step <= generation.Highest)
        {
            return;
        }

        Commits++;
        World.Note("job", $"step {step} is committed in generation {group.Generation}, by rank {rank} first");
        if (generation.Highest == 0)
        {
            var before = _top;
            if (generation.FromMemory && step < before && !generation.MayGoBack)
            {
                World.Violate(NothingLost, $"generation {group.Generation} goes on from memory with step {step}, although step {before} was committed before: more than one step is done again");
            }
            else if (!generation.FromMemory && step <= before && !generation.MayGoBack)
            {
                World.Violate(NothingLost, $"generation {group.Generation} goes back to step {generation.Start}, although step {before} was committed before, and nobody has said that memory was lost");
            }

            // One that was given up before may still commit a step that counts for nothing.
            _mayGoBack &= group.Generation <= _newestGivenUp;
        }
        else if (step != generation.Highest + 1)
        {
            World.Violate(NothingLost, $"generation {group.Generation} commits step {step} after step {generation.Highest}");
        }

        generation.Highest = step;

        // What ranks do that are cut off, while others have gone on without them, counts for nothing.
        if (group.Generation == _generations.Keys.Last())
        {
            _top = Math.Max(_top, step);
        }
    }

    /// <summary>A rank declares a version of its shard whole.</summary>
    public void Published(NodeProcess process, ParallelLayout layout, int rank, ulong[] units, StepPosition position)
    {
        var (first, count) = site.Reference.UnitsOf(layout, rank);
        if (!site.Reference.StateOf(position.Step, ReferenceRun.CellOf(layout, rank), first, count).SequenceEqual(units))
        {
            World.Violate(SameBits, $"rank {rank} of {layout} in {process.Name} has another state of step {position.Step} than the run without faults");
        }

        Skips(process, rank, position);
        if (position.SamplesConsumed != (long)position.Step * site.Plan.MicroBatches)
        {
            World.Violate(NothingLost, $"rank {rank} of {layout} in {process.Name} has consumed {position.SamplesConsumed} samples after step {position.Step}");
        }
    }

    private void Skips(NodeProcess process, int rank, StepPosition position)
    {
        var skipped = site.Plan.SkippedUpTo(position.Step);
        if (position.SkippedSteps != skipped || position.Updates != position.Step - skipped)
        {
            World.Violate(NothingLost, $"rank {rank} in {process.Name} counts {position.SkippedSteps} skipped steps and {position.Updates} updates after step {position.Step}, and there were {skipped} to be skipped");
        }
    }

    /// <summary>A checkpoint is committed.</summary>
    public void Saved(long generation, int step, ulong[] units)
    {
        World.Note("job", $"the checkpoint of step {step} is committed by generation {generation}");
        if (!site.Reference.StateOf(step, 0, 0, units.Length).SequenceEqual(units))
        {
            World.Violate(SameBits, $"the checkpoint of step {step} has another state than the run without faults, or not all of it");
        }
    }

    /// <summary>The record as one incarnation of the coordinator writes it.</summary>
    public IJobLog LogOf(NodeProcess process) => new Log(this, process);

    /// <summary>The end of the play: every step has been recorded.</summary>
    public void Finish()
    {
        if (World.Violation is not null || Outcome is null)
        {
            return;
        }

        // Where all workers were told to end there is nobody to take the other steps.
        var steps = _preempted ? Outcome.Step : Site.Plan.Steps;
        if (Outcome.Step != steps)
        {
            World.Violate(NothingLost, $"the job has ended after step {Outcome.Step} of {steps}");
        }

        if (_metrics.Count != steps)
        {
            World.Violate(NothingLost, $"{_metrics.Count} steps of {steps} are recorded");
        }

        if (_preempted && Site.Disk.Newest != steps)
        {
            World.Violate(NothingLost, $"the job has stopped after step {steps}, and the newest checkpoint is of step {Site.Disk.Newest}");
        }
    }

    private void Raised(string number, NodeProcess process)
    {
        if (_raised.TryGetValue(number, out var other) && other != process)
        {
            World.Violate(OneLeader, $"generation {number} is raised in {process.Name}, although it was raised in {other.Name}");
        }

        _raised[number] = process;
    }

    private void Lost()
    {
        MemoryLost++;
        _newestAtLoss = _newestAtFailure;
        _mayGoBack = true;
        _newestGivenUp = _generations.Keys.LastOrDefault();
    }

    private sealed class Generation(int start, bool fromMemory, bool mayGoBack)
    {
        public int Start { get; } = start;

        public bool FromMemory { get; } = fromMemory;

        public bool MayGoBack { get; } = mayGoBack;

        public GenerationGroup? Group { get; set; }

        public int Highest { get; set; }
    }

    private sealed class Log(JobRecord record, NodeProcess process) : IJobLog
    {
        private long _generation;
        private int? _recorded;

        public int Recorded => _recorded ??= record._metrics.LastOrDefault();

        public void Event(string name, int step, string detail)
        {
            if (!process.IsAlive)
            {
                return;
            }

            record.World.Note(process.Name, $"job: {name} at step {step}: {detail}");
            switch (name)
            {
                case "generation-failed":
                    record._newestAtFailure = record.Site.Disk.Newest;
                    break;
                case "memory-lost":
                    record.Lost();
                    record._mayRewind = true;
                    break;
                case "preempted":
                    record._preempted = true;
                    break;
                case "taken-over":
                    record.Leader = process;
                    break;
                case "generation":
                    record.Raised(detail[..detail.IndexOf(':', StringComparison.Ordinal)], process);
                    break;
                case "failed":
                    record.World.Violate("I3: no fatal process", $"the job gives up at step {step}: {detail}");
                    break;
            }

            record.Site.Faults.Happened(name, process);
        }

        public void Begin(TrainingStatus status)
        {
            record.World.Note(process.Name, $"job: generation {status.Generation} begins after step {status.Step}");
            if (status.Generation <= _generation)
            {
                record.World.Violate(OneLeader, $"generation {status.Generation} begins after generation {_generation}");
            }

            if (!process.IsAlive)
            {
                return;
            }

            // At most the step under way is taken again.
            if (status.Step < record._metrics.LastOrDefault() - 1 && !record._mayRewind)
            {
                record.World.Violate(NothingLost, $"generation {status.Generation} begins after step {status.Step}, although step {record._metrics[^1]} is recorded, and nobody has said that memory was lost");
            }

            if (_recorded is null || status.Step < _recorded)
            {
                record._metrics.RemoveAll(each => each > status.Step);
            }

            record.Leader = process;
            _generation = status.Generation;
            _recorded = status.Step;
            record._mayRewind = false;
        }

        public void Step(StepCompleted step)
        {
            if (step.Loss != record.Site.Reference.LossOf(step.Step))
            {
                record.World.Violate(SameBits, $"step {step.Step} is recorded with another loss than in the run without faults");
            }

            if (step.Skipped != record.Site.Plan.IsSkipped(step.Step))
            {
                record.World.Violate(NothingLost, $"step {step.Step} is recorded as {(step.Skipped ? "skipped" : "taken")}, and was not");
            }

            _recorded = step.Step;
            if (!process.IsAlive || (record.Leader is { } leader && leader != process && record._metrics.LastOrDefault() >= step.Step))
            {
                return;
            }

            // One that has stood still while another has begun does not know that yet: what it tells again counts for nothing.
            if (step.Step != record._metrics.LastOrDefault() + 1)
            {
                record.World.Violate(NothingLost, $"step {step.Step} is recorded after step {record._metrics.LastOrDefault()}");
            }

            if (step.Generation < _generation)
            {
                record.World.Violate(OneLeader, $"step {step.Step} of generation {step.Generation} is recorded in generation {_generation}");
            }

            record._metrics.Add(step.Step);
        }

        public void Rank(StepCompleted step)
        {
            if (step.Generation < _generation)
            {
                record.World.Violate(OneLeader, $"step {step.Step} of generation {step.Generation} counts in generation {_generation}");
            }
        }

        public void End(JobOutcome outcome)
        {
            if (!process.IsAlive)
            {
                return;
            }

            record.World.Note(process.Name, $"job: ends after step {outcome.Step}, {outcome.Checkpoint ?? outcome.Error ?? "no checkpoint is told"}");
            if (outcome.Error is { } error && outcome.Step >= record.Site.Plan.Steps)
            {
                record.World.Violate("I3: no fatal process", $"the job ends without its last checkpoint: {error}");
            }

            record.Outcome = outcome;
        }
    }
}
