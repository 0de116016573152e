using Google.Protobuf;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Divergence;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed;

/// <summary>Turns parts of checkpoints into messages and back.</summary>
internal static class CheckpointMessages
{
    public static ShardWritten Written(Protocol.CheckpointPosition position, int rank, CheckpointPart part)
    {
        var file = new BlockedFile { Name = part.File.Name, Bytes = part.File.Bytes, BlockBytes = part.File.BlockBytes };
        file.Checksums.AddRange(part.File.Checksums.Select(checksum => ByteString.CopyFrom(Convert.FromHexString(checksum))));
        var written = new ShardWritten { Position = position, Rank = rank, File = file };
        foreach (var slice in part.Slices)
        {
            var message = new TensorSlice
            {
                Tensor = slice.Tensor,
                Key = slice.Slice.Key,
                Start = slice.Slice.Start,
                Length = slice.Slice.Length,
                FirstColumn = slice.Slice.FirstColumn,
                Columns = slice.Slice.Columns,
            };
            message.Shape.AddRange(slice.Shape);
            written.Slices.Add(message);
        }

        return written;
    }

    public static CheckpointPart Part(ShardWritten written) => new(
        new CheckpointFile(
            written.File.Name, written.File.Bytes, written.File.BlockBytes, [.. written.File.Checksums.Select(checksum => Convert.ToHexStringLower(checksum.Span))]),
        [
            .. written.Slices.Select(slice => new CheckpointPartSlice(
                slice.Tensor, [.. slice.Shape], new CheckpointSlice(written.File.Name, slice.Key, slice.Start, slice.Length, slice.FirstColumn, slice.Columns))),
        ]);

    /// <summary>Where training stands, for a checkpoint that is taken now.</summary>
    public static Protocol.CheckpointPosition Position(RankTrainer trainer, long generation, ParallelLayout layout, double? validationLoss)
    {
        var position = new Protocol.CheckpointPosition
        {
            Step = trainer.Step,
            Generation = generation,
            Updates = trainer.Updates,
            SkippedSteps = trainer.SkippedSteps,
            SamplesConsumed = trainer.SamplesConsumed,
            HasValidationLoss = validationLoss is not null,
            ValidationLoss = validationLoss ?? 0,
            Layout = new Layout { Tensor = layout.Tensor, Pipeline = layout.Pipeline, Data = layout.Data },
        };
        position.History.AddRange(CheckpointStep.Of(trainer.State.History).Select(DivergenceMessages.Message));
        position.Rollbacks.AddRange(trainer.Rollbacks.Select(DivergenceMessages.Message));
        return position;
    }

    public static Checkpoints.CheckpointPosition Position(Protocol.CheckpointPosition position, CheckpointContext context) => new()
    {
        Step = position.Step,
        Generation = position.Generation,
        Updates = position.Updates,
        SkippedSteps = position.SkippedSteps,
        SamplesConsumed = position.SamplesConsumed,
        ValidationLoss = position.HasValidationLoss ? position.ValidationLoss : null,
        History = [.. position.History.Select(DivergenceMessages.Step)],
        Rollbacks = [.. position.Rollbacks.Select(DivergenceMessages.Rollback)],
        TokenizerHash = context.TokenizerHash,
        DataHash = context.DataHash,
        Configuration = context.Configuration,
    };
}
