using Meditron.Data;

namespace Meditron.Training.Runs;

/// <summary>A tokenizer or a dataset has token ids that the model's vocabulary has not.</summary>
/// <param name="message">Both sizes and what to change.</param>
public sealed class VocabularyMismatchException(string message) : DataException(message);
