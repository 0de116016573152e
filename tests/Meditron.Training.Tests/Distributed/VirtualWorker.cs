using Google.Protobuf;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Tests.Distributed;

/// <summary>A worker without a device that keeps its state in memory as a real one does, and takes steps when it is told to.</summary>
internal sealed class VirtualWorker : ReceiveActor
{
    private readonly IActorRef coordinator;
    private readonly Action<object> heard;
    private readonly WorkerDescription description;
    private readonly WorkerState state;
    private readonly Dictionary<ByteString, StateHandle> held = [];
    private StateHandle? own;
    private int step;

    public VirtualWorker(WorkerDescription description, IActorRef coordinator, Action<object> heard)
    {
        this.coordinator = coordinator;
        this.heard = heard;
        this.description = description;

        // One that is cold has not rehearsed, and one that is mute does not say what it has in memory.
        state = new WorkerState { Rank = -1, Warm = !description.Id.StartsWith("cold", StringComparison.Ordinal) };
        Register();
        Receive<PrepareGeneration>(prepare =>
        {
            (state.Generation, state.Rank, state.Phase) = (prepare.Generation, prepare.Rank, WorkerPhase.Prepared);
            own = new StateHandle { Token = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()), Machine = description.Machine, ProcessId = description.ProcessId, Layout = prepare.Layout, Rank = prepare.Rank, IsMaker = true, Server = Server?.Id ?? "" };
            coordinator.Tell(new GenerationPrepared { Generation = prepare.Generation, Rank = prepare.Rank });
        });
        Receive<ConnectGeneration>(connect =>
        {
            step = connect.Start.Step;
            Reach();
            heard(connect);
            coordinator.Tell(new GenerationReady { Generation = connect.Generation, Rank = state.Rank, Step = step, State = own });
        });
        Receive<Step>(_ =>
        {
            step++;
            Reach();
            coordinator.Tell(new StepCompleted { Generation = state.Generation, Rank = state.Rank, Step = step, Seconds = 0.1 });
        });
        Receive<ControlTraining>(control =>
        {
            heard(control);
            if (control.Pause || control.Stop)
            {
                coordinator.Tell(new GenerationStopped { Generation = state.Generation, Rank = state.Rank, Step = step, Cause = control.Stop ? StopCause.Stop : StopCause.Pause });
            }
        });
        Receive<HoldStates>(hold =>
        {
            held.Clear();
            foreach (var handle in hold.States)
            {
                held[handle.Token] = handle;
            }
        });
        Receive<GetStates>(question =>
        {
            if (description.Id.StartsWith("mute", StringComparison.Ordinal))
            {
                return;
            }

            var report = new StatesReported { WorkerId = description.Id, Correlation = question.Correlation };
            report.States.AddRange(held.Values);
            if (own is not null)
            {
                report.States.Add(own);
            }

            coordinator.Tell(report);
        });
        Receive<Say>(say => coordinator.Tell(say.Message));
        ReceiveAny(heard);
    }

    /// <summary>Gives its state to other machines, where there are some.</summary>
    private StateServer? Server => description.Id.Contains('@', StringComparison.Ordinal) ? new StateServer { Id = description.Id, Machine = description.Machine, Host = description.Host } : null;

    private void Register() => coordinator.Tell(new RegisterWorker { Worker = description, State = state.Clone(), Server = Server });

    /// <summary>Its memory has the step that it has come to.</summary>
    private void Reach()
    {
        own!.Steps.Clear();
        own.Steps.Add(step);
    }

    /// <summary>Take a step.</summary>
    internal sealed record Step : INoSerializationVerificationNeeded;

    /// <summary>Tell the coordinator this.</summary>
    internal sealed record Say(object Message) : INoSerializationVerificationNeeded;
}
