using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Tests.Distributed;

public sealed class AssignmentPlanTests
{
    [Fact]
    public void The_ranks_of_a_machine_share_its_threads_and_fewer_ranks_get_more_each()
    {
        WorkerDescription[] workers = [.. Enumerable.Range(0, 4).Select(index => new WorkerDescription { Id = $"w{index}", Machine = "one", Threads = 2, MachineThreads = 8 })];

        workers[3].Machine = "other";
        Assert.Equal([2, 2, 2, 8], workers.Select(worker => AssignmentPlan.ThreadsOf(worker, workers)));
        Assert.Equal(8, AssignmentPlan.ThreadsOf(workers[0], [workers[0], workers[3]]));
        workers[0].MachineThreads = 0;
        Assert.Equal(2, AssignmentPlan.ThreadsOf(workers[0], [workers[0]]));
    }
}
