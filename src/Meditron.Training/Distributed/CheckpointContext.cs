using Meditron.Llama;

namespace Meditron.Training.Distributed;

/// <summary>What every checkpoint of a job says of it.</summary>
/// <param name="Model">The model.</param>
/// <param name="TokenizerHash">Hash of the tokenizer, or empty.</param>
/// <param name="DataHash">Hash of the data.</param>
/// <param name="Configuration">The resolved configuration, HOCON.</param>
public sealed record CheckpointContext(LlamaConfig Model, string TokenizerHash, string DataHash, string Configuration);
