using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;

namespace Meditron.Training.Distributed.Launching;

/// <summary>
/// Stands for a machine beside its launcher: holds the memory of its workers' shards, so that it is there even where the only worker ends, and has the
/// launcher end workers that the coordinator has expelled.
/// </summary>
internal sealed class MachineAgent : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RegistrationInterval = TimeSpan.FromSeconds(2);

    private readonly string id;
    private readonly IActorRef coordinator;
    private readonly IMachine machine;
    private readonly IStateHolder holder;
    private readonly IStateServer? server;
    private readonly ILoggingAdapter log = Context.GetLogger();

    public MachineAgent(string id, IMachine machine, IActorRef coordinator, IActorRef launcher)
    {
        this.id = id;
        this.machine = machine;
        this.coordinator = coordinator;
        var self = Self;
        holder = machine.Hold(end => self.Tell(end));
        server = machine.Serve(id, held => self.Tell(held));
        Receive<WorkerEnded>(coordinator.Tell);
        Receive<RegisterAgain>(_ => Register());
        Receive<HoldStates>(hold =>
        {
            foreach (var problem in holder.Hold(hold.States))
            {
                log.Warning("State in memory cannot be held: {0}", problem);
            }

            server?.Keep(hold);
        });
        Receive<CopyHeld>(coordinator.Tell);
        Receive<GetStates>(question =>
        {
            server?.End(question.Generation);
            var answer = new StatesReported { Correlation = question.Correlation, WorkerId = id };
            answer.States.AddRange(holder.Handles);
            StateHandles.Serve(answer.States, server);
            Sender.Tell(answer);
        });
        Receive<EndWorker>(launcher.Tell);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(string id, IMachine machine, IActorRef coordinator, IActorRef launcher) =>
        Props.Create(() => new MachineAgent(id, machine, coordinator, launcher));

    protected override void PreStart()
    {
        Register();
        Timers.StartPeriodicTimer("register", RegisterAgain.Instance, RegistrationInterval);
    }

    protected override void PostStop()
    {
        server?.Dispose();
        holder.Dispose();
    }

    private void Register() => coordinator.Tell(new RegisterAgent { Id = id, Machine = machine.Name, Server = server?.Description });

    /// <summary>Time to register again.</summary>
    private sealed class RegisterAgain : INoSerializationVerificationNeeded
    {
        public static RegisterAgain Instance { get; } = new();
    }
}
