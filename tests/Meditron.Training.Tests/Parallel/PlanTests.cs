using Meditron.Llama;
using Meditron.Training.Parallel;

namespace Meditron.Training.Tests.Parallel;

public sealed class PlanTests
{
    private static readonly LlamaConfig Model = new()
    {
        VocabularySize = 4096, HiddenSize = 256, Layers = 6, Heads = 8, KvHeads = 4, FfnSize = 688, MaxPositions = 128,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    public void Shards_cover_every_parameter_once_and_begin_at_blocks(int ranks)
    {
        var plan = ShardPlan.Create(ParameterLayout.Create(Model), ranks);
        var slices = Enumerable.Range(0, ranks).SelectMany(plan.SlicesOf).ToList();
        Assert.All(slices, slice => Assert.Equal(0, slice.Start % ShardPlan.BlockLength));
        foreach (var parameter in plan.Layout.Parameters)
        {
            long end = 0;
            foreach (var slice in slices.Where(slice => slice.Parameter.Name == parameter.Name).OrderBy(slice => slice.Start))
            {
                Assert.Equal(end, slice.Start);
                end += slice.Length;
            }

            Assert.Equal(parameter.Length, end);
        }
    }

    [Fact]
    public void Shards_of_a_layer_are_about_even()
    {
        var plan = ShardPlan.Create(ParameterLayout.Create(Model), 4);
        var lengths = Enumerable.Range(0, 4).Select(plan.ShardLength).ToList();
        Assert.InRange(lengths.Max(), plan.Layout.Length / 4, plan.Layout.Length * 3 / 10);
    }

    [Theory]
    [InlineData(PipelineScheduleKind.GPipe, 4, 8)]
    [InlineData(PipelineScheduleKind.OneForwardOneBackward, 4, 8)]
    [InlineData(PipelineScheduleKind.OneForwardOneBackward, 4, 2)]
    [InlineData(PipelineScheduleKind.OneForwardOneBackward, 1, 5)]
    public void Every_micro_batch_goes_forward_then_backward_once_within_the_slots(PipelineScheduleKind kind, int stages, int microBatches)
    {
        for (var stage = 0; stage < stages; stage++)
        {
            var schedule = PipelineSchedule.Create(kind, stage, stages, microBatches);
            var open = new HashSet<int>();
            var backward = new List<int>();
            foreach (var operation in schedule.Operations)
            {
                if (operation.IsForward)
                {
                    Assert.True(open.Add(operation.MicroBatch));
                    Assert.InRange(open.Count, 1, schedule.Slots);
                }
                else
                {
                    Assert.True(open.Remove(operation.MicroBatch));
                    backward.Add(operation.MicroBatch);
                }
            }

            Assert.Equal(Enumerable.Range(0, microBatches), backward);
            Assert.Equal(kind == PipelineScheduleKind.GPipe ? microBatches : Math.Min(stages - stage, microBatches), schedule.Slots);
        }
    }

    [Fact]
    public void A_costly_output_projection_takes_layers_off_the_last_stage()
    {
        var wide = Model with { VocabularySize = 32000 };
        var even = StageSplit.Create(Model with { VocabularySize = 64 }, 3, 128);
        var uneven = StageSplit.Create(wide, 3, 128);
        Assert.Equal([2, 2, 2], even.Select(span => span.LayerCount));
        Assert.True(uneven[^1].LayerCount < 2);
        Assert.Equal(6, uneven.Sum(span => span.LayerCount));
        Assert.True(uneven[0].HasEmbedding && uneven[^1].HasHead && !uneven[1].HasEmbedding && !uneven[1].HasHead);
    }

    [Fact]
    public void A_layout_that_does_not_divide_the_model_or_the_batch_is_refused_with_both_numbers()
    {
        Assert.Contains("6 layers cannot be divided over 7", Assert.Throws<LlamaConfigException>(() => StageSplit.Create(Model, 7, 128)).Message, StringComparison.Ordinal);
        Assert.Contains("4 key/value heads", Assert.Throws<LlamaConfigException>(() => new TensorShard(0, 8).Validate(Model)).Message, StringComparison.Ordinal);
        Assert.Contains("pipeline = 1", Assert.Throws<LlamaConfigException>(() => StageSplit.Create(Model with { TieEmbeddings = true }, 2, 128)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_are_laid_out_tensor_first_then_data_then_pipeline()
    {
        var layout = new ParallelLayout(2, 3, 4);
        Assert.Equal(24, layout.World);
        Assert.Equal([10, 11], layout.TensorGroup(11));
        Assert.Equal([9, 11, 13, 15], layout.DataGroup(11));
        Assert.Equal([3, 11, 19], layout.PipelineGroup(11));
        Assert.All(Enumerable.Range(0, 24), rank => Assert.Equal(rank, layout.RankOf(layout.At(rank))));
    }
}
