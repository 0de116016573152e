using Meditron.Cli.Live;
using Meditron.Cli.Nodes;
using Meditron.Training;
using Meditron.Training.Settings;

namespace Meditron.Cli.Jobs;

/// <summary>Runs the second seed of a job on one machine: in the background it stands by, and leads once the first has ended.</summary>
internal sealed class DeputyProgram(LoadedSettings loaded, CliContext context)
{
    /// <summary>Runs until the job is over, or a signal ends it.</summary>
    /// <returns>The exit code: 0 once the job is over, 143 where it goes on without this process.</returns>
    /// <exception cref="NodeException">It could not join, was removed, or the workers have ended.</exception>
    public int Run()
    {
        var (outcome, job, _) = new ClusterRun(loaded, Lead.Deputy, context).Run(new NoView(), new RunHistory());
        job.Dispose();
        return outcome switch
        {
            null => ExitCodes.Terminated,
            { Error: not null } => ExitCodes.Cluster,
            _ => ExitCodes.Ok,
        };
    }

    /// <summary>Nobody looks; what happens is in the run's files.</summary>
    private sealed class NoView : IRunView
    {
        public void Preparing(string what, double? share)
        {
        }

        public void Begin(RunHeader header)
        {
        }

        public void Step(StepReport report)
        {
        }

        public void Note(string text)
        {
        }
    }
}
