namespace Meditron.Data.Curation.Instructions;

/// <summary>A turn of a conversation.</summary>
/// <param name="Role">Who says it.</param>
/// <param name="Text">What is said.</param>
public readonly record struct InstructionTurn(InstructionRole Role, string Text);
