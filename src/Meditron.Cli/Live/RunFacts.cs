namespace Meditron.Cli.Live;

/// <summary>The table at the end of a run.</summary>
internal static class RunFacts
{
    /// <summary>The facts of a run, from its reports; <paramref name="files"/> adds what was written.</summary>
    public static IEnumerable<(string Name, string Value)> Of(RunHeader header, RunHistory history, IEnumerable<(string Name, string Value)> files)
    {
        if (history.Last is not { } last)
        {
            return [("steps", "none"), .. files];
        }

        var speed = history.Median(report => report.TokensPerSecond);
        var gflops = history.Median(report => report.Gflops);
        var first = history.Reports[0];
        var facts = new List<(string, string)>
        {
            ("steps", $"{last.Step} of {last.TotalSteps}{(history.Skipped > 0 ? $", {history.Skipped} skipped as the gradient was not finite" : "")}"),
            ("training loss", $"{Quantity.Fixed(first.Loss)} at step {first.Step}, {Quantity.Fixed(last.Loss)} at step {last.Step}"),
        };
        if (history.BestValidation is { } best)
        {
            facts.Add(("validation loss", $"{Quantity.Fixed(history.LastValidation!.ValidationLoss!.Value)} at step {history.LastValidation.Step}, best {Quantity.Fixed(best.ValidationLoss!.Value)} at step {best.Step} (perplexity {Quantity.Fixed(Math.Exp(best.ValidationLoss.Value), 1)})"));
        }

        facts.Add(("tokens", $"{Quantity.Count(last.Tokens)}, {Quantity.Count((long)speed)} a second"));
        facts.Add(("speed", $"{gflops:0} GFLOP/s{(header.PeakGflops is { } peak ? $", {100 * gflops / peak:0}% of the machine's GEMM peak of {peak:0}" : "")}"));
        facts.Add(("time", Quantity.Time(last.Elapsed)));
        facts.AddRange(files);
        return facts;
    }
}
