using Meditron.Cmd;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Cli.Palettes;

/// <summary>Carries out the commands of the palette <c>train</c>: asks the job's coordinator, wherever it runs, and writes its answer as lines.</summary>
internal sealed class TrainHandler : CommandHandlerActor, IWithTimers
{
    /// <summary>How long the coordinator is waited for: a new one is up within this after the old one's node was lost.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What a command may take besides.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly IActorRef coordinator;
    private readonly TrainText text;
    private IActorRef client = ActorRefs.Nobody;

    public TrainHandler(IActorRef coordinator, Job job)
        : base(TrainCommands.TrainPalette)
    {
        this.coordinator = coordinator;
        text = new TrainText(job.Inputs.Model, job.Inputs.Options);
        Process("status", _ => Ask<TrainingStatus>(new GetTrainingStatus(), status => Reply(text.Status(status))));
        Process("workers", _ => Ask<TrainingStatus>(new GetTrainingStatus(), status => Reply(text.Workers(status))));
        Process("layout", _ => Ask<TrainingStatus>(new GetTrainingStatus(), status => Reply(text.Layout(status))));
        Process("checkpoints", _ => Ask<TrainingStatus>(new GetTrainingStatus(), status => Reply(TrainText.Checkpoints(status))));
        Process("stages", _ => Stages());
        Process("pause", _ => Tell(new PauseTraining()));
        Process("resume", _ => Tell(new ResumeTraining()));
        Process("checkpoint", _ => Tell(new SaveCheckpoint()));
        Process("drain", command => Tell(new DrainTarget { Target = command.GetValue("target") ?? "" }));
        Process("undrain", command => Tell(new UndrainTarget { Target = command.GetValue("target") ?? "" }));
        Process("stop", _ => Tell(new StopTraining()));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private void Tell(object message) => Ask<CommandAnswer>(message, answer => Finish(answer.Accepted ? new CommandResponse(answer.Text) : new ErroredCommandResponse($"The job did not do so: {answer.Text}.")));

    /// <summary>Each stage answers for itself; how many there are the status tells.</summary>
    private void Stages() => Ask<TrainingStatus>(new GetTrainingStatus(), status =>
    {
        if (status.Ranks.Count == 0)
        {
            Reply($"Count: 0 stages ({status.Phase}: {status.Reason})");
            return;
        }

        var stages = new SortedDictionary<int, StageStatus>();
        Become(() =>
        {
            Receive<StageStatus>(stage =>
            {
                stages[stage.Stage] = stage;
                if (stages.Count == status.Layout.Pipeline)
                {
                    Reply(text.Stages(status, [.. stages.Values]));
                }
            });
            GivingUp();
        });
        coordinator.Tell(new GetStageStatus());
    });

    private void Ask<T>(object question, Action<T> answered)
    {
        client = Sender;
        Become(() =>
        {
            Receive(answered);
            GivingUp();
        });
        Timers.StartSingleTimer(GivenUp.Instance, GivenUp.Instance, Patience);
        coordinator.Tell(question);
    }

    private void GivingUp() => Receive<GivenUp>(_ => Finish(new ErroredCommandResponse(
        $"The job's coordinator has not answered within {Patience.TotalSeconds:0} s: there is none now, or it cannot be reached from this node. 'cluster show --role seed' lists the nodes that may host it; 'meditron status --run NAME' tells what the run's files say.")));

    private void Reply(string lines) => Finish(new CommandResponse(lines));

    private void Finish(CommandResponse response) => client.Tell(response);

    private sealed class GivenUp : INoSerializationVerificationNeeded
    {
        public static readonly GivenUp Instance = new();
    }
}
