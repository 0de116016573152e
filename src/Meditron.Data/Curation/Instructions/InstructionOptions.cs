namespace Meditron.Data.Curation.Instructions;

/// <summary>Where the parts of a conversation lie in a JSON record.</summary>
public sealed record InstructionOptions
{
    /// <summary>JSON Lines files, one conversation a line, in order.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The path that <c>-text.bin</c>, <c>-role.bin</c> and their .idx files are put behind.</summary>
    public required string OutputPrefix { get; init; }

    /// <summary>The field with the system's instructions; a record may lack it.</summary>
    public string SystemField { get; init; } = "system";

    /// <summary>The field with the question.</summary>
    public string QuestionField { get; init; } = "question";

    /// <summary>The field with the answer.</summary>
    public string AnswerField { get; init; } = "answer";
}
