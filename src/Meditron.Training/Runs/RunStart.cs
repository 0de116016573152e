using Meditron.Llama;

namespace Meditron.Training.Runs;

/// <summary>What a run begins with.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Model">Shape of the model.</param>
/// <param name="Options">What a step does.</param>
/// <param name="FirstStep">The step it begins with; above 1 where it resumes.</param>
/// <param name="TrainingTokens">Tokens in the datasets.</param>
/// <param name="UnigramEntropy">Cross-entropy, in nats, of the validation tokens under the frequencies of the training tokens: what a model that ignores context can reach. Null where it was not computed.</param>
/// <param name="PlannedBytes">Memory for weights, moments, gradients and activations.</param>
/// <param name="Device">Where the model lives.</param>
/// <param name="Threads">Threads that compute.</param>
public sealed record RunStart(
    RunFolder Folder,
    LlamaConfig Model,
    TrainerOptions Options,
    int FirstStep,
    long TrainingTokens,
    double? UnigramEntropy,
    long PlannedBytes,
    string Device,
    int Threads);
