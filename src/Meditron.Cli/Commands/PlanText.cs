using System.Globalization;
using Meditron.Llama;
using Meditron.Training.Planning;
using Meditron.Training.Settings;

namespace Meditron.Cli.Commands;

/// <summary>Writes a plan as lines, with the reasoning behind each number.</summary>
internal static class PlanText
{
    /// <summary>Names and values of a plan that could be worked out.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(PlanRequest request, LayoutPlan plan)
    {
        var (options, layout, device) = (request.Options, plan.Layout, request.Device);
        yield return ("layout", $"{layout}: {layout.World} ranks on {request.Nodes} x {request.DevicesPerNode} {device.Name}{(layout.World < request.Devices ? $", {request.Devices - layout.World} of them unused" : "")}");
        yield return ("model", $"{Quantity.Short(request.Model.ParameterCount)} parameters, {request.Model.Layers} layers, {KeyNames.ToKey(options.Precision.ToString())}");
        yield return ("batch", $"{Quantity.Count(options.GlobalBatch)} sequences of {Quantity.Count(options.SequenceLength)} tokens, {Quantity.Count(plan.MicroBatches)} micro-batches of {options.MicroBatch} on each data-parallel rank");
        for (var stage = 0; stage < plan.Stages.Count; stage++)
        {
            var (span, memory) = (plan.Stages[stage].Span, plan.Stages[stage].Memory);
            yield return ($"stage {stage}", $"layers {span.FirstLayer} to {span.FirstLayer + span.LayerCount - 1}{(span.HasEmbedding ? ", embedding" : "")}{(span.HasHead ? ", output" : "")}: {Quantity.Bytes(memory.Total)} of {Quantity.Bytes(device.MemoryBytes)} = "
                + $"weights {Quantity.Bytes(memory.Weights)} + gradients {Quantity.Bytes(memory.Gradients)} ({memory.GradientBuffers} fp32 sums and the shard's) + master weights and moments {Quantity.Bytes(memory.State)} (two versions, 1/{layout.Data} each) "
                + $"+ activations {Quantity.Bytes(memory.Activations)} ({memory.Slots} micro-batch{(memory.Slots == 1 ? "" : "es")} in flight)");
        }

        yield return ("activations", $"{(layout.Tensor > 1 ? $"sequence parallel over {layout.Tensor}" : "whole on each rank")}; recomputation {KeyNames.ToKey(options.Recompute.ToString())}{Why(options.Recompute)}");
        yield return ("bubble", $"{Percent(plan.Bubble)}: ({layout.Pipeline} - 1) / ({plan.MicroBatches} + {layout.Pipeline} - 1)");
        var (tensor, pipeline, data) = (plan.Stages.MaxBy(stage => stage.Tensor.Bytes)!.Tensor, plan.Stages.MaxBy(stage => stage.Pipeline.Bytes)!.Pipeline, plan.Stages.MaxBy(stage => stage.Data.Bytes)!.Data);
        yield return ("tensor link", Link(request, tensor, layout.Tensor, "not hidden"));
        yield return ("pipeline link", Link(request, pipeline, layout.Pipeline, "hidden behind computing where shorter"));
        yield return ("data link", Link(request, data, layout.Data, "fp32 gradients to their owners, weights back; counted in full"));
        var costliest = plan.Stages.MaxBy(stage => stage.MicroBatchSeconds)!;
        yield return ("step", $"{Seconds(plan.StepSeconds)} = {plan.MicroBatches + layout.Pipeline - 1} x {Seconds(costliest.MicroBatchSeconds)} (computing {Seconds(costliest.ComputeSeconds)}, tensor parallelism {Seconds(costliest.Tensor.Seconds / plan.MicroBatches)}) + {Seconds(plan.Stages.Max(stage => stage.Data.Seconds))} exchange + {Seconds(plan.UpdateSeconds)} update");
        yield return ("assumed", $"{Percent(device.Efficiency)} of {Quantity.Short(device.Flops(options.Precision) / 1e12)} TFLOP/s in a stage; {Quantity.Bytes(device.LinkBandwidth)}/s between devices of a node, {Quantity.Bytes(device.NodeBandwidth)}/s between nodes, shared by a node's devices");
        yield return ("speed", $"{Quantity.Count((long)plan.TokensPerSecond)} tokens/s, {Quantity.Count((long)(plan.TokensPerSecond / layout.World))} a device, {Percent(plan.PeakShare)} of the peak");
    }

    /// <summary>A plan in one line, for a list.</summary>
    public static string Row(LayoutPlan plan) =>
        $"{plan.Layout} | {Quantity.Count((long)plan.TokensPerSecond)} tokens/s | {Percent(plan.PeakShare)} of the peak | {Quantity.Bytes(plan.Stages.Max(stage => stage.Memory.Total))} a rank | bubble {Percent(plan.Bubble)} | {Seconds(plan.StepSeconds)} a step";

    private static string Link(PlanRequest request, LinkTraffic traffic, int degree, string how) => degree == 1
        ? "none"
        : $"{Quantity.Bytes(traffic.Bytes)} a rank and step {(traffic.WithinNode ? "within a node" : "between nodes")} at {Quantity.Bytes(request.Bandwidth(traffic.WithinNode))}/s: {Seconds(traffic.Seconds)}, {how}";

    private static string Why(Recompute recompute) => recompute switch
    {
        Recompute.None => " keeps everything; selective would give back the outputs of norms and SwiGLU at little cost",
        Recompute.Selective => " computes the outputs of norms and SwiGLU again, at little cost",
        _ => " runs each layer's forward pass again: a third more work for the least memory",
    };

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Seconds(double seconds) => seconds.ToString(seconds >= 10 ? "0.0" : seconds >= 1 ? "0.00" : "0.0000", CultureInfo.InvariantCulture) + " s";
}
