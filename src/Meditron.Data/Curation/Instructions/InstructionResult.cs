namespace Meditron.Data.Curation.Instructions;

/// <summary>What tokenizing conversations made.</summary>
/// <param name="TextPrefix">The path of the dataset of tokens, without .bin and .idx.</param>
/// <param name="RolePrefix">The path of the dataset of roles, without .bin and .idx.</param>
/// <param name="Conversations">Conversations written.</param>
/// <param name="Tokens">Tokens written.</param>
/// <param name="AnswerTokens">Tokens of answers among them.</param>
public sealed record InstructionResult(string TextPrefix, string RolePrefix, long Conversations, long Tokens, long AnswerTokens);
