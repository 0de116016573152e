namespace Meditron.Simulation.Faults;

/// <summary>A fault that has happened.</summary>
/// <param name="Text">What was done, for the event log.</param>
/// <param name="Lasts">How long it lasts.</param>
/// <param name="End">Undoes it; null where there is nothing to undo.</param>
internal sealed record FaultEffect(string Text, TimeSpan Lasts, Action? End);
