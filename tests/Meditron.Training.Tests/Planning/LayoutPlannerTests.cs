using Meditron.Llama;
using Meditron.Testing;
using Meditron.Training.Parallel;
using Meditron.Training.Planning;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Planning;

/// <summary>Predictions of layouts, against what ranks allocate and against published runs.</summary>
public class LayoutPlannerTests
{
    [Fact]
    public void The_papers_70B_layout_fits_and_comes_within_15_percent_of_its_throughput()
    {
        var (request, layout) = Request("meditron-70b.conf", 16, 8);
        Assert.Equal(new ParallelLayout(8, 8, 2), layout);
        var plan = LayoutPlanner.Plan(request, layout);
        Assert.Null(plan.Problem);
        Assert.Equal(512 * 4096, request.Options.TokensPerStep);
        Assert.InRange(plan.TokensPerSecond, 40_200 * 0.85, 40_200 * 1.15);
        Assert.All(plan.Stages, stage => Assert.True(stage.Tensor.WithinNode && !stage.Pipeline.WithinNode && !stage.Data.WithinNode));
        Assert.InRange(plan.PeakShare, 0.423 * 0.85, 0.423 * 1.15);
    }

    [Fact]
    public void The_papers_7B_layout_fits()
    {
        var (request, layout) = Request("meditron-7b.conf", 8, 8);
        Assert.Equal(new ParallelLayout(4, 1, 16), layout);
        Assert.Null(LayoutPlanner.Plan(request, layout).Problem);
    }

    [Fact]
    public void The_planned_memory_is_what_a_rank_allocates_and_its_parts_add_up()
    {
        var (request, layout) = Request("meditron-70b.conf", 16, 8);
        var geometry = new StageGeometry(request.Model, request.Options, layout);
        for (var rank = 0; rank < layout.World; rank += 7)
        {
            var memory = RankMemory.Of(geometry, rank, request.Schedule);
            Assert.Equal(RankTrainer.PlannedBytes(geometry, rank, request.Schedule), memory.Total);
            Assert.Equal(2 * geometry.PlanOf(layout.At(rank)).Layout.Length, memory.Weights);
            Assert.All([memory.Weights, memory.Gradients, memory.State, memory.Activations], part => Assert.True(part > 0));
        }
    }

    [Fact]
    public void A_layout_that_does_not_fit_is_refused_with_the_numbers_and_a_near_one_that_works_is_found()
    {
        var (request, _) = Request("meditron-70b.conf", 16, 8);
        var layout = new ParallelLayout(8, 1, 16);
        var problem = LayoutPlanner.Plan(request, layout).Problem!;
        Assert.Matches(@"needs [0-9.]+ GB on a rank, but a100-80gb has 81\.6 GB: weights [0-9.]+, gradients [0-9.]+, master weights and moments [0-9.]+, activations [0-9.]+", problem);
        var near = LayoutPlanner.Nearest(request, layout)!;
        Assert.Equal(new ParallelLayout(8, 8, 2), near.Layout);
        Assert.True(near.IsGood);
    }

    [Theory]
    [InlineData(8, 8, 4, "has 256 ranks (meditron.parallel), but 16 nodes of 8 devices are 128")]
    [InlineData(3, 1, 1, "64 heads cannot be divided over 3 tensor-parallel ranks")]
    [InlineData(1, 81, 1, "80 layers cannot be divided over 81 pipeline stages")]
    public void More_ranks_than_devices_and_layouts_that_do_not_divide_are_refused_with_both_numbers(int tensor, int pipeline, int data, string why)
    {
        var (request, _) = Request("meditron-70b.conf", 16, 8);
        Assert.Contains(why, LayoutPlanner.Plan(request, new ParallelLayout(tensor, pipeline, data)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_search_gives_working_layouts_over_all_devices_fastest_first()
    {
        var (request, _) = Request("meditron-70b.conf", 16, 8);
        var found = LayoutPlanner.Search(request);
        Assert.Contains(found, plan => plan.Layout == new ParallelLayout(8, 8, 2));
        Assert.All(found, plan => Assert.True(plan.IsGood && plan.Layout.World == 128));
        Assert.Equal(found.OrderByDescending(plan => plan.TokensPerSecond), found);
    }

    [Fact]
    public void Full_recomputation_takes_less_memory_and_more_time_and_more_micro_batches_a_smaller_bubble()
    {
        var (request, layout) = Request("meditron-70b.conf", 16, 8);
        var selective = LayoutPlanner.Plan(request, layout);
        var full = LayoutPlanner.Plan(request with { Options = request.Options with { Recompute = Recompute.Full } }, layout);
        Assert.True(full.Stages[0].Memory.Activations < selective.Stages[0].Memory.Activations);
        Assert.True(full.StepSeconds > selective.StepSeconds);
        Assert.True(LayoutPlanner.Plan(request with { Options = request.Options with { GlobalBatch = 1024 } }, layout).Bubble < selective.Bubble);
    }

    private static (PlanRequest Request, ParallelLayout Layout) Request(string file, int nodes, int devices)
    {
        var settings = SettingsLoader.Load([Path.Combine(RepositoryPaths.Root, "hocon", file)], []).Settings;
        return (new PlanRequest(settings.Model.ToLlama(), RunModel.TrainerOptions(settings), settings.Parallel.ScheduleKind, nodes, devices, DeviceProfile.Find("a100-80gb")!), settings.Parallel.Layout);
    }
}
