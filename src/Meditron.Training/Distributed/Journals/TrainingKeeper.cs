using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Journals;

/// <summary>Keeps the training coordinator running: while its journal is away no layout can change, workers train on, and are told to stay.</summary>
internal sealed class TrainingKeeper(string persistenceId, Props props, string run, IJobLog record) : JournalKeeper(persistenceId, props)
{
    public static Props PropsFor(string persistenceId, Props props, string run, IJobLog record) => Props.Create(() => new TrainingKeeper(persistenceId, props, run, record));

    protected override void TellAway(JournalAway away, bool isFirst)
    {
        if (isFirst)
        {
            // The coordinator has stopped, so that nobody else writes the record.
            record.Event("database-away", 0, $"{away.Reason}; training goes on, and a change of the layout waits");
        }
    }

    protected override void TellBack(IActorRef coordinator) => coordinator.Tell(new DatabaseState { IsNew = true, Seconds = AwayFor.TotalSeconds });

    protected override bool Answer(object message)
    {
        switch (message)
        {
            case RegisterWorker register:
                Sender.Tell(new RegistrationAccepted { WorkerId = register.Worker.Id });
                return true;
            case GetTrainingStatus:
                Sender.Tell(new TrainingStatus { Run = run, Phase = "WaitingForDatabase", Reason = $"away for {AwayFor.TotalSeconds:0} s: {Problem}", Layout = new Layout { Tensor = 1, Pipeline = 1, Data = 1 } });
                return true;
            case PauseTraining or ResumeTraining or SaveCheckpoint:
                Sender.Tell(new CommandAnswer { Text = $"the database is away: {Problem}" });
                return true;
            case StepCompleted or WorkerAlive or RegisterAgent:
                return true;
            default:
                return false;
        }
    }
}
