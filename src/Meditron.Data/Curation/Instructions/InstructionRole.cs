namespace Meditron.Data.Curation.Instructions;

/// <summary>Who says a turn of a conversation; the numbers are those of the role files.</summary>
public enum InstructionRole
{
    /// <summary>The instructions that hold for the whole conversation.</summary>
    System = 0,

    /// <summary>Who asks.</summary>
    Prompter = 1,

    /// <summary>Who answers: what is learned.</summary>
    Assistant = 2,
}
