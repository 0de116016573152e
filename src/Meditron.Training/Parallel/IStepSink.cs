using Meditron.Llama;

namespace Meditron.Training.Parallel;

/// <summary>Takes a micro-batch's backward pass: the loss on the last stage, and the gradients.</summary>
public interface IStepSink
{
    /// <summary>Is told that a micro-batch has passed the stage, where another one follows; its output is as it was computed.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="micro">The micro-batch, counted within the data-parallel rank.</param>
    void Forwarded(int slot, int micro);

    /// <summary>Runs the loss, where the stage has it, and the backward pass.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="micro">The micro-batch, counted within the data-parallel rank.</param>
    void Backward(LlamaStage stage, int slot, int micro);
}
