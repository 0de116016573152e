using Meditron.Training.Preparation;

namespace Meditron.Training.Runs;

/// <summary>Is told what a run does, on the run's own thread; a live view, or plain lines.</summary>
public interface ITrainingObserver
{
    /// <summary>The data is being prepared.</summary>
    void Preparing(PreparationProgress progress);

    /// <summary>Everything is allocated and training begins.</summary>
    void Started(RunStart start);

    /// <summary>A step is finished.</summary>
    void Stepped(StepReport report);

    /// <summary>Something else happened: a checkpoint, a skipped step, an interruption.</summary>
    void Happened(RunEvent happened);
}
