using Meditron.Llama;
using Meditron.Training.Parallel;

namespace Meditron.Training.Planning;

/// <summary>What is to be planned: a model and a batch over devices.</summary>
/// <param name="Model">The model.</param>
/// <param name="Options">What a step does.</param>
/// <param name="Schedule">The pipeline's schedule.</param>
/// <param name="Nodes">Machines.</param>
/// <param name="DevicesPerNode">Devices of each.</param>
/// <param name="Device">What a device is.</param>
public sealed record PlanRequest(LlamaConfig Model, TrainerOptions Options, PipelineScheduleKind Schedule, int Nodes, int DevicesPerNode, DeviceProfile Device)
{
    /// <summary>Devices in all.</summary>
    public int Devices => checked(Nodes * DevicesPerNode);

    /// <summary>Whether ranks are on one machine; ranks fill one machine after the other.</summary>
    public bool OnOneNode(IEnumerable<int> ranks) => ranks.Select(rank => rank / DevicesPerNode).Distinct().Count() == 1;

    /// <summary>Bytes a second that a rank sends to ranks of a group, when all ranks of its machine send at once.</summary>
    public double Bandwidth(bool onOneNode) => onOneNode ? Device.LinkBandwidth : Device.NodeBandwidth / DevicesPerNode;
}
