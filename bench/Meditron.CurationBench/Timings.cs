using System.Diagnostics;
using Meditron.Data.Curation.Pipeline;

namespace Meditron.CurationBench;

/// <summary>Prints how long each phase took.</summary>
internal sealed class Timings(Stopwatch watch) : ICurationObserver
{
    private string? phase;
    private double start;

    public void PhaseStarted(string phase, long done, long total)
    {
        End();
        this.phase = phase;
        start = watch.Elapsed.TotalSeconds;
    }

    public void Message(string text) => Console.WriteLine($"  {text}");

    public void End()
    {
        if (phase is not null)
        {
            Console.WriteLine($"  phase {phase}: {watch.Elapsed.TotalSeconds - start:0.00} s");
        }

        phase = null;
    }
}
