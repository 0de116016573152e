using Meditron.Training;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Cli.Live;

/// <summary>Shows a training run while it goes on; may be called from any thread.</summary>
internal interface IRunView
{
    /// <summary>Shows what is being done before the first step.</summary>
    /// <param name="what">In words.</param>
    /// <param name="share">Share done, 0 to 1, or null where it is not known.</param>
    void Preparing(string what, double? share);

    /// <summary>Shows what the run is; comes before the first step.</summary>
    void Begin(RunHeader header);

    /// <summary>Shows what a step did.</summary>
    void Step(StepReport report);

    /// <summary>Shows who computes what; comes again when that changes.</summary>
    void Ranks(IReadOnlyList<RankStatus> ranks)
    {
    }

    /// <summary>Shows what one rank did in a step.</summary>
    void Rank(StepCompleted step)
    {
    }

    /// <summary>Shows something that happened besides the steps: a checkpoint, a resume, a warning.</summary>
    void Note(string text);
}
