using System.Globalization;
using Meditron.Simulation.Stores;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Simulation.Jobs;

/// <summary>A job's machines and processes in a world, and what they share.</summary>
internal sealed class TrainingSite
{
    private readonly List<TrainingMachine> _machines = [];
    private readonly List<Machine> _seeds = [];
    private readonly List<Machine> _workers = [];
    private readonly List<Machine> _launchers = [];
    private long _numbers;

    public TrainingSite(World world)
    {
        World = world;
        var random = world.Random("job");
        IsCalm = random.Chance(0.05);
        Plan = JobPlan.Draw(random).WithDivergence(world.Random("divergence"));
        world.Note("job", $"{Plan}{(IsCalm ? ", calm" : "")}");
        Reference = new ReferenceRun(Plan);
        Fleet = new Fleet(world);
        Wires = new Wires(this);
        Disk = new RunDisk(this);
        Record = new JobRecord(this);
        Faults = new PointFaults(this);
        Configs = TrainingConfigs.Of(Plan);
        Fleet.Ended += OnEnded;
        Fleet.Add(DatabaseServer.Host, static process => new DatabaseServer(process));
        for (var seed = 1; seed <= Plan.Seeds; seed++)
        {
            var machine = Add($"s{seed}");
            _seeds.Add(machine.Add(Fleet.Add(machine.Name, process => new SeedNode(this, process))));
        }

        for (var number = 1; number <= Plan.Workers.Count; number++)
        {
            var machine = Add($"m{number}");
            var workers = Plan.Workers[number - 1];
            _launchers.Add(machine.Add(Fleet.Add($"{machine.Name}l", process => new LauncherNode(this, machine, process, workers))));
        }

        Addresses = [.. _seeds.Select(static seed => new Address("akka.tcp", TrainingConfigs.SystemName, seed.Name, TrainingConfigs.Port))];
    }

    public World World { get; }

    public JobPlan Plan { get; }

    /// <summary>Whether nothing is to go wrong here.</summary>
    public bool IsCalm { get; }

    public ReferenceRun Reference { get; }

    public Fleet Fleet { get; }

    public Wires Wires { get; }

    public RunDisk Disk { get; }

    public JobRecord Record { get; }

    public PointFaults Faults { get; }

    public TrainingConfigs Configs { get; }

    /// <summary>The machines of workers.</summary>
    public IReadOnlyList<TrainingMachine> Machines => _machines;

    /// <summary>The addresses of the seeds.</summary>
    public IReadOnlyList<Address> Addresses { get; }

    public long NextNumber() => ++_numbers;

    /// <summary>Whether a seed may form a cluster: whoever runs the machines knows that no other one is in one.</summary>
    public bool MayFound(SeedNode candidate) => !_seeds.Select(static seed => seed.Program).OfType<SeedNode>().Any(seed => seed != candidate && (seed.IsMember || seed.IsFounder))
        && !Fleet.Machines.Select(static machine => machine.Program).OfType<ClusterProgram>().Any(static program => program is not SeedNode && program.IsMember);

    /// <summary>The place of a launcher's slot on a machine.</summary>
    public Machine PlaceFor(TrainingMachine machine, int slot, bool standby)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{machine.Name}{(standby ? 's' : 'w')}{slot}");
        var place = machine.Places.FirstOrDefault(each => each.Name == name);
        if (place is null)
        {
            place = machine.Add(Fleet.Add(name, process => new WorkerNode(this, machine, process, standby), supervised: false));
            _workers.Add(place);
        }

        return place;
    }

    /// <summary>Whom a process asks to be let in: the seeds, then the other processes of the job that live, which the run's folder names.</summary>
    public IEnumerable<Address> Contacts(NodeProcess process) =>
    [
        .. Addresses.Where(address => address.Host != process.Name),
        .. Fleet.Machines.Select(static machine => machine.Program).OfType<ClusterProgram>()
            .Where(program => program is not SeedNode && program.Process != process && program.IsMember)
            .Select(static program => program.Address),
    ];

    /// <summary>Kills a process.</summary>
    public void Kill(NodeProcess process)
    {
        if (process.IsAlive)
        {
            World.Note("fault", $"kill -9 of {process.Name}");
            process.Host.Kill();
        }
    }

    /// <summary>Kills a worker that is not the given one.</summary>
    public void KillWorker(SeededRandom random, NodeProcess? but)
    {
        var others = _workers.Where(worker => worker.IsRunning && worker.Host.Process != but).ToArray();
        if (others.Length > 0)
        {
            Kill(random.Pick(others).Host.Process!);
        }
    }

    /// <summary>Tells a worker's process to end.</summary>
    public void Drain(SeededRandom random)
    {
        if (_workers.Where(static worker => worker is { IsRunning: true, IsPaused: false, Program: WorkerNode { System: not null } }).ToArray() is { Length: > 1 } running)
        {
            var worker = (WorkerNode)random.Pick(running).Program!;
            World.Note("fault", $"{worker.Name} is told to end");
            World.Post(worker.Process, worker.Drain);
        }
    }

    /// <summary>Sets a worker's place aside for maintenance; gives its name, or null where there is none.</summary>
    public string? SetAside(SeededRandom random)
    {
        if (_workers.Where(static worker => worker.IsRunning).ToArray() is not { Length: > 1 } running)
        {
            return null;
        }

        var target = random.Pick(running).Name;
        Command(new DrainTarget { Target = target });
        return target;
    }

    /// <summary>Has a place used again, however often it takes until the coordinator has heard of it.</summary>
    public void TakeBack(string target, int times = 60)
    {
        if (Record.Outcome is null && times > 0)
        {
            Command(new UndrainTarget { Target = target });
            World.At(TimeSpan.FromSeconds(2), null, () => TakeBack(target, times - 1));
        }
    }

    private void Command(object command)
    {
        if (_seeds.Select(static seed => seed.Program).OfType<SeedNode>().FirstOrDefault(static seed => seed is { Coordinator: not null, Process.IsPaused: false }) is { } seed)
        {
            World.Post(seed.Process, () => seed.Coordinator!.Tell(command, ActorRefs.NoSender));
        }
    }

    /// <summary>Kills the process that hosts the coordinators, or one that may.</summary>
    public void KillLeader()
    {
        if ((_seeds.Find(static seed => seed.Program is SeedNode { Leads: true }) ?? _seeds.Find(static seed => seed.IsRunning)) is { Host.Process: { } process })
        {
            Kill(process);
        }
    }

    public void KillLauncher(TrainingMachine machine)
    {
        if (_launchers.Find(machine.Places.Contains) is { Host.Process: { } process })
        {
            Kill(process);
        }
    }

    public void KillDatabase(SeededRandom random)
    {
        var database = Fleet.Machines[0];
        if (database.IsRunning && !database.IsHeldDown)
        {
            World.Note("fault", "the database is lost for a while");
            database.HoldDown();
            database.Kill();
            World.At(random.Milliseconds(50, 8_000), null, database.Release);
        }
    }

    /// <summary>Turns a machine off for a while.</summary>
    public void PowerOff(TrainingMachine machine, SeededRandom random)
    {
        World.Note("fault", $"machine {machine.Name} loses power");
        foreach (var place in machine.Places)
        {
            place.HoldDown();
            place.PowerOff();
        }

        var places = machine.Places.ToList();
        World.At(random.Milliseconds(500, 8_000), null, () => places.ForEach(static place => place.Release()));
    }

    private TrainingMachine Add(string name)
    {
        var machine = new TrainingMachine(this, name);
        _machines.Add(machine);
        return machine;
    }

    private void OnEnded(Machine place, NodeProgram program)
    {
        Wires.Ended(program.Process);
        foreach (var machine in _machines)
        {
            machine.Ended(program.Process);
        }

        (program as WorkerNode)?.OnEnded();
        (program as LauncherNode)?.OnEnded();
    }
}
