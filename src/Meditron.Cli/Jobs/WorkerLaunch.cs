namespace Meditron.Cli.Jobs;

/// <summary>How a launcher has started a worker.</summary>
/// <param name="Slot">Its slot: launcher and number.</param>
/// <param name="KeptBy">The role of the process that keeps it running, which it starts where none lives any more: deputy or launcher.</param>
/// <param name="Configuration">The file with the configuration for that process.</param>
internal sealed record WorkerLaunch(string Slot, string KeptBy, string Configuration);
