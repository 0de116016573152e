using System.Globalization;
using Meditron.Testing.Processes;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>Jobs over machines that lose workers, whole machines, the network, and all copies of their state.</summary>
public sealed class NodeLossTests
{
    [MachineFact]
    public async Task Two_workers_of_a_machine_then_the_whole_machine_are_killed_and_no_step_is_lost()
    {
        await using var machines = new TestMachines(
            3, "meditron.chaos.faults=[{ point = after-norm, action = kill, step = 8, rank = 2 }, { point = mid-update, action = kill, step = 8, rank = 3 }]");
        await machines.Seed.WaitFor("copies, every shard is copied to another machine: rank 0 to the launcher of 10.77.0.3, .*rank 3 to the launcher of 10.77.0.2");

        // The launcher of their machine has what the two had; they come back, and the layout grows again.
        await machines.Seed.WaitFor("generation, 2: .*is in memory, all 4 shards of TP 1 x PP 1 x DP 4");
        await machines.Seed.WaitFor("training with 4 workers, generation [3-9]");
        await machines.Steps(3);

        // Nothing is left of this machine but the copies that the other one has.
        await machines.Kill(3);
        await machines.Seed.WaitFor("generation, [4-9]: TP 1 x PP 1 x DP 2.*is in memory, all 4 shards of TP 1 x PP 1 x DP 4");
        await machines.Seed.WaitFor("training with 2 workers, generation [4-9]");
        await machines.Steps(3);
        Assert.DoesNotContain("memory-lost", machines.Events, StringComparison.Ordinal);
        await machines.StopAndCompare();
    }

    [MachineFact]
    public async Task With_both_copies_of_the_state_gone_the_durable_checkpoint_is_taken_and_the_job_says_what_that_costs()
    {
        await using var machines = new TestMachines(3);
        await machines.Seed.WaitFor(": checkpoint, ");
        await machines.Steps(3);

        await machines.Kill(2, 3);
        await machines.Seed.WaitFor("waiting for workers|worker-lost");
        machines.Start(2);
        var cost = await machines.Seed.WaitFor("memory-lost, .*going back to the durable checkpoint of step [0-9]*[02468]0: ([0-9]+) steps are taken again");
        Assert.InRange(int.Parse(cost, CultureInfo.InvariantCulture), 0, TestMachines.CheckpointInterval * 2);
        await machines.Seed.WaitFor("training with 2 workers");
        await machines.Steps(3);
        await machines.StopAndCompare();
    }

    [MachineFact]
    public async Task A_chunk_lost_between_machines_and_the_drain_of_a_machine_that_is_told_to_end_lose_no_step()
    {
        // Of rank 1, whose next rank is on the other machine: TCP.
        await using var machines = new TestMachines(3, "meditron.chaos.faults=[{ point = before-forward, action = drop, group = data, step = 8, rank = 1 }]");
        await machines.Seed.WaitFor("generation-failed, .*chunk [0-9]+ came from rank 1 where chunk [0-9]+ was to come");
        await machines.Seed.WaitFor("training with 4 workers, generation [2-9]");
        await machines.Steps(3);

        var drained = machines.Terminate(3);
        var before = machines.Events;
        await machines.Seed.WaitFor("training with 2 workers");
        Assert.Equal(ExitCodes.Ok, await drained.Exited());
        await machines.Steps(3);
        Assert.DoesNotContain("worker-expelled", machines.Events[before.Length..], StringComparison.Ordinal);

        var from = machines.Seed.Lines;
        machines.Start(3);
        await machines.Seed.WaitFor("training with 4 workers", from);
        await machines.Steps(3);
        Assert.DoesNotContain("memory-lost", machines.Events, StringComparison.Ordinal);
        await machines.StopAndCompare();
    }

    [MachineFact]
    [Trait("Category", "Soak")]
    public async Task A_machine_that_is_cut_off_is_expelled_and_comes_back_once_the_network_heals()
    {
        await using var machines = new TestMachines(3, "meditron.recovery.silence-timeout=3s");
        await machines.Seed.WaitFor("copies, every shard is copied to another machine");
        await machines.Steps(3);

        await using var cut = machines.CutOff(3);
        await machines.Seed.WaitFor("generation, [2-9]: TP 1 x PP 1 x DP 2.*is in memory, all 4 shards of TP 1 x PP 1 x DP 4");
        await machines.Seed.WaitFor("training with 2 workers");
        await machines.Steps(3);

        cut.Send(Signal.Term);
        await cut.Exited();
        await machines.Seed.WaitFor("training with 4 workers, generation [3-9]");
        await machines.Steps(3);
        Assert.DoesNotContain("memory-lost", machines.Events, StringComparison.Ordinal);
        await machines.StopAndCompare();
    }
}
