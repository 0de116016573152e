using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <content>What users ask.</content>
public sealed partial class TrainingCoordinator
{
    /// <summary>A user has asked this incarnation to pause, and the ranks have not stopped yet.</summary>
    private bool pauseWanted;

    private void Commands()
    {
        Command<GetTrainingStatus>(_ => Sender.Tell(Status()));
        Command<GetStageStatus>(question =>
        {
            foreach (var stage in stages)
            {
                stage.Forward(question);
            }
        });
        Command<PauseTraining>(_ => Control(new ControlTraining { Pause = true }, "pausing after the step under way"));
        Command<SaveCheckpoint>(_ => Control(new ControlTraining { Checkpoint = true }, "saving a checkpoint after the step under way"));
        Command<StopTraining>(_ => Stop());
        Command<ResumeTraining>(_ => Resume());
    }

    private void Control(ControlTraining control, string text)
    {
        if (phase != CoordinatorPhase.Training)
        {
            Answer(false, $"the job is not training: {phase}, {reason}");
            return;
        }

        control.Generation = generation!.Number;
        pauseWanted |= control.Pause;
        Ask(control);
        Answer(true, text);
    }

    /// <summary>One rank is enough: the ranks agree on the step in the exchange that commits it.</summary>
    private void Ask(ControlTraining control) => Tell(control);

    private void Stop()
    {
        stopWanted = true;
        switch (phase)
        {
            case CoordinatorPhase.Training:
                Control(new ControlTraining { Stop = true }, "stopping after the step under way, with a checkpoint");
                return;
            case CoordinatorPhase.Paused:
                Answer(true, $"stopping after step {step}, with a checkpoint");
                StopRanks();
                return;
            case CoordinatorPhase.Assessing or CoordinatorPhase.ChoosingStart or CoordinatorPhase.Preparing or CoordinatorPhase.Connecting or CoordinatorPhase.TakingOver:
                Answer(true, "stopping as soon as the ranks are connected");
                return;
            case CoordinatorPhase.Finishing or CoordinatorPhase.Finished:
                Answer(true, reason);
                return;
            default:
                Answer(true, "stopping; nothing is running");
                Finish(committed.LastOrDefault()?.Path ?? "");
                return;
        }
    }

    /// <summary>Has the ranks stop with a checkpoint, those that rest already too.</summary>
    private void StopRanks()
    {
        if (phase == CoordinatorPhase.Paused)
        {
            Array.Clear(generation!.Stopped);
            Enter(CoordinatorPhase.Training, "stopping");
        }

        Ask(new ControlTraining { Generation = generation!.Number, Stop = true });
    }

    private void Resume()
    {
        if (phase != CoordinatorPhase.Paused)
        {
            Answer(false, $"the job is not paused: {phase}, {reason}");
            return;
        }

        Answer(true, $"going on after step {step}");
        Continue();
    }

    private void Continue() => Persist(new RunResumed { Step = step }, _ =>
    {
        paused = false;
        Array.Clear(generation!.Stopped);
        log.Event("resumed", step, "all ranks go on");
        Enter(CoordinatorPhase.Training, $"generation {generation.Number} of {generation.Layout}");
        Tell(new TrainGeneration { Generation = generation.Number });
    });

    private void Answer(bool accepted, string text) => Sender.Tell(new CommandAnswer { Accepted = accepted, Text = text });

    private TrainingStatus Status()
    {
        var layout = generation?.Layout ?? options.Layout;
        var status = new TrainingStatus
        {
            Run = options.Run,
            Phase = phase.ToString(),
            Reason = reason,
            Generation = lastGeneration,
            Layout = new Layout { Tensor = layout.Tensor, Pipeline = layout.Pipeline, Data = layout.Data },
            Step = step,
            Steps = options.Steps,
            Loss = newest?.Loss ?? 0,
            Copies = copies.Holders.Count > 0 && copiesOf == generation?.Number ? copies.Reason : "",
            Database = DatabaseText(),
        };
        var members = generation?.Members ?? [];
        for (var rank = 0; rank < members.Count; rank++)
        {
            var at = layout.At(rank);
            var last = generation!.Steps[rank];
            status.Ranks.Add(new RankStatus
            {
                Rank = rank,
                Worker = members[rank],
                Phase = RankPhase(rank),
                Step = last?.Step ?? generation.Start.Step,
                Seconds = last?.Seconds ?? 0,
                ComputeSeconds = last?.ComputeSeconds ?? 0,
                CopySeconds = last?.CopySeconds ?? 0,
                Stage = at.Stage,
                Data = at.Data,
                Tensor = at.Tensor,
            });
        }

        status.Standbys.AddRange(workers.Values.Select(worker => worker.Description).Where(worker => members.All(member => member.Id != worker.Id)));
        status.Draining.AddRange(workers.Values.Where(worker => !Stays(worker)).Select(worker => worker.Description.Id));
        status.Checkpoints.AddRange(committed);
        return status;
    }

    private WorkerPhase RankPhase(int rank) => !workers.ContainsKey(generation!.Members[rank].Id) ? WorkerPhase.Failed
        : phase switch
        {
            CoordinatorPhase.Training => generation.Stopped[rank] is null ? WorkerPhase.Training : WorkerPhase.Paused,
            CoordinatorPhase.Paused => WorkerPhase.Paused,
            CoordinatorPhase.Preparing => generation.Endpoints[rank] is null ? WorkerPhase.Idle : WorkerPhase.Prepared,
            CoordinatorPhase.Connecting => generation.Ready[rank] is null ? WorkerPhase.Prepared : WorkerPhase.Ready,
            CoordinatorPhase.Finishing or CoordinatorPhase.Finished => WorkerPhase.Finished,
            _ => WorkerPhase.Idle,
        };
}
