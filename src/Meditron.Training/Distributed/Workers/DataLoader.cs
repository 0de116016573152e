namespace Meditron.Training.Distributed.Workers;

/// <summary>Read a run of micro-batches ahead of their step.</summary>
/// <param name="FirstSample">Index of the first sample.</param>
/// <param name="MicroBatches">Micro-batches.</param>
internal sealed record LoadAhead(long FirstSample, int MicroBatches) : INoSerializationVerificationNeeded;

/// <summary>
/// Reads the samples of a data-parallel rank's next step while the device computes this one. What is read depends on the sample's index alone, so it holds
/// nothing that a resume would need.
/// </summary>
internal sealed class DataLoader : ReceiveActor
{
    public DataLoader(PrefetchedMicroBatches batches) => Receive<LoadAhead>(ahead => batches.ReadAhead(ahead.FirstSample, ahead.MicroBatches));

    public static Props PropsFor(PrefetchedMicroBatches batches) => Props.Create(() => new DataLoader(batches));
}
