using Meditron.Training;

namespace Meditron.Cli.Live;

/// <summary>Shows a training run while it goes on; may be called from any thread.</summary>
internal interface IRunView
{
    /// <summary>Shows what a step did.</summary>
    void Step(StepReport report);

    /// <summary>Shows something that happened besides the steps: a checkpoint, a resume, a warning.</summary>
    void Note(string text);
}
