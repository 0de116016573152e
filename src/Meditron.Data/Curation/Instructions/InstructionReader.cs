using System.Text.Json;
using Meditron.Data.Text;

namespace Meditron.Data.Curation.Instructions;

/// <summary>Reads conversations from JSON Lines files.</summary>
public static class InstructionReader
{
    /// <summary>The conversations of all files, in order.</summary>
    /// <exception cref="MissingInputException">A file is not there.</exception>
    /// <exception cref="TextFormatException">A line is not a JSON object with a question and an answer: the message names the line.</exception>
    public static IEnumerable<IReadOnlyList<InstructionTurn>> Read(InstructionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var path in options.Inputs)
        {
            using var reader = new StreamReader(MissingInputException.OpenRead(path, "the conversations"));
            long number = 0;
            while (reader.ReadLine() is { } line)
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line))
                {
                    yield return Parse(line, options, path, number);
                }
            }
        }
    }

    private static IReadOnlyList<InstructionTurn> Parse(string line, InstructionOptions options, string path, long number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var turns = new List<InstructionTurn>(3);
            if (Get(json.RootElement, options.SystemField) is { Length: > 0 } system)
            {
                turns.Add(new InstructionTurn(InstructionRole.System, system));
            }

            turns.Add(new InstructionTurn(InstructionRole.Prompter, Require(options.QuestionField)));
            turns.Add(new InstructionTurn(InstructionRole.Assistant, Require(options.AnswerField)));
            return turns;

            string Require(string field) => Get(json.RootElement, field)
                ?? throw new TextFormatException($"could not read a conversation: the record has no text in the field \"{field}\". Name the right field, or take the record out.", path, number);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TextFormatException($"could not read a conversation: the line is not a JSON object ({e.Message}) Correct the line, or take it out.", path, number);
        }
    }

    private static string? Get(JsonElement record, string field) =>
        record.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
