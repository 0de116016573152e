namespace Meditron.Cli.Live;

/// <summary>What the view of a run shows above its figures.</summary>
/// <param name="Name">Name of the run.</param>
/// <param name="Model">The model in words, such as <c>tiny, 5.0 M parameters</c>.</param>
/// <param name="Compute">Device, threads and precision in words.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="PeakGflops">The machine's measured rate of matrix products in the run's precision, in 1e9 operations a second; null where it was not measured.</param>
internal sealed record RunHeader(string Name, string Model, string Compute, int TotalSteps, double? PeakGflops);
