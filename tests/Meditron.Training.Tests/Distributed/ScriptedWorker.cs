using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Tests.Distributed;

/// <summary>A worker without a device and with nothing in memory: registers, gets ready for every generation, and says what a test has it say.</summary>
internal sealed class ScriptedWorker : ReceiveActor
{
    private readonly List<StatesReported> withheld = [];
    private bool withholding;

    public ScriptedWorker(string id, WorkerState state, IActorRef coordinator, Action<object> heard, params StepCompleted[] taken)
    {
        Register();
        Receive<RegistrationWanted>(_ => Register(taken));
        Receive<PrepareGeneration>(prepare =>
        {
            heard(prepare);
            coordinator.Tell(new GenerationPrepared { Generation = prepare.Generation, Rank = prepare.Rank });
            state = new WorkerState { Generation = prepare.Generation, Rank = prepare.Rank, Phase = WorkerPhase.Prepared };
        });
        Receive<ConnectGeneration>(connect => coordinator.Tell(new GenerationReady { Generation = connect.Generation, Rank = state.Rank, Step = connect.Start.Step }));
        Receive<GetStates>(question =>
        {
            withheld.Add(new StatesReported { WorkerId = id, Correlation = question.Correlation });
            Report(coordinator);
        });
        Receive<Withhold>(withhold =>
        {
            withholding = withhold.Reports;
            Report(coordinator);
        });
        Receive<Say>(say => coordinator.Tell(say.Message));
        ReceiveAny(_ => { });

        void Register(params StepCompleted[] steps)
        {
            var register = new RegisterWorker { Worker = new WorkerDescription { Id = id, Host = "test", Device = "cpu", Threads = 1 }, State = state };
            register.Taken.AddRange(steps);
            coordinator.Tell(register);
        }
    }

    private void Report(IActorRef coordinator)
    {
        if (!withholding)
        {
            withheld.ForEach(coordinator.Tell);
            withheld.Clear();
        }
    }

    /// <summary>Report what is in memory only once it is no longer withheld.</summary>
    internal sealed record Withhold(bool Reports) : INoSerializationVerificationNeeded;

    /// <summary>Tell the coordinator this.</summary>
    internal sealed record Say(object Message) : INoSerializationVerificationNeeded;
}
