namespace Meditron.Training.Distributed.Workers;

/// <summary>Tells a worker, within its process, that the process is to end: it leaves as soon as another has taken its rank.</summary>
/// <param name="Reason">Why, in words.</param>
public sealed record LeaveJob(string Reason) : INoSerializationVerificationNeeded;
