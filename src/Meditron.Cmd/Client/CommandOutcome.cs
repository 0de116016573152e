using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Client;

/// <summary>How a command ended.</summary>
/// <param name="Status">Whether it did what it was asked for.</param>
/// <param name="Message">Why it did not; empty where it did.</param>
internal sealed record CommandOutcome(Ended.Types.Status Status, string Message);
