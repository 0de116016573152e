using Meditron.Data.Sampling;
using Meditron.Data.Tokenization;

namespace Meditron.Training.Preparation;

/// <summary>The tokenizer and the tokenized datasets that a run reads.</summary>
/// <param name="Tokenizer">The tokenizer, or null where only tokenized data is given and no model is named.</param>
/// <param name="Datasets">The datasets with their shares.</param>
/// <param name="VocabularySize">Number of token ids of the tokenizer or, without one, of the datasets.</param>
/// <param name="Hash">Changes whenever the tokens or their order change; kept in checkpoints.</param>
public sealed record PreparedData(MeditronTokenizer? Tokenizer, IReadOnlyList<WeightedPath> Datasets, int? VocabularySize, string Hash) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Tokenizer?.Dispose();
}
