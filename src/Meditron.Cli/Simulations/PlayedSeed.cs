using System.Text.Json.Serialization;
using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Worlds;

namespace Meditron.Cli.Simulations;

/// <summary>How a seed has come out, as the process that has played it tells: one line of JSON.</summary>
internal sealed record PlayedSeed(string Scenario, ulong Seed, long Steps, long Ticks, ulong Digest, string? Invariant, string? Message)
{
    /// <summary>What is told of a result.</summary>
    public static PlayedSeed Of(RunResult result) =>
        new(result.Scenario, result.Seed, result.Steps, result.Time.Ticks, result.Digest, result.Violation?.Invariant, result.Violation?.Message);

    /// <summary>The result.</summary>
    public RunResult ToResult() =>
        new(Scenario, Seed, Invariant is null ? null : new SimulationException(Invariant, Message ?? ""), TimeSpan.FromTicks(Ticks), Steps, Digest, "");
}

/// <summary>How it is written.</summary>
[JsonSerializable(typeof(PlayedSeed))]
internal sealed partial class PlayedSeedJson : JsonSerializerContext;
