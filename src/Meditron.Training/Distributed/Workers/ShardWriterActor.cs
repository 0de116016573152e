using Meditron.Torch.Safetensors;
using Meditron.Training.Chaos;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Workers;

/// <summary>Copy a version of the state to a snapshot, while training goes on with the next, and write it to its file.</summary>
internal sealed record WriteShard(ShardSnapshot Snapshot, int Version, SnapshotPool Pool, Protocol.CheckpointPosition Position, int Rank, int World) : INoSerializationVerificationNeeded;

/// <summary>Copies and writes a device's parts of checkpoints, on a thread of its own.</summary>
internal sealed class ShardWriterActor : ReceiveActor
{
    public ShardWriterActor(CheckpointStore store, IFaultPoints? faults)
    {
        Receive<WriteShard>(write =>
        {
            try
            {
                write.Snapshot.Capture(write.Version);
                var folder = store.PartialFolder(write.Position.Step, write.Position.Generation);
                faults?.Reached(FaultPoint.MidCheckpoint, write.Position.Step, write.Rank, null);
                var part = write.Snapshot.Write(folder, write.Rank, write.World);
                Context.Parent.Tell(new DeviceSaved(CheckpointMessages.Written(write.Position, write.Rank, part), null));
            }
            catch (Exception exception) when (exception is CheckpointException or SafetensorsException or IOException or UnauthorizedAccessException)
            {
                Context.Parent.Tell(new DeviceSaved(null, new ShardFailed { Position = write.Position, Rank = write.Rank, Error = exception.Message }));
            }
            finally
            {
                write.Pool.Return(write.Snapshot);
            }
        });
    }
}
