using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Meditron.Training.Settings;

/// <summary>What is trained on: <c>meditron.data</c>.</summary>
[OtherSections("input", "output", "curation")]
public sealed record DataSettings : IValidatableObject
{
    /// <summary>JSONL files or globs, or prefixes of Megatron pairs, with their weights.</summary>
    public required IReadOnlyList<DataInput> Inputs { get; init; }

    /// <summary>Field of a JSONL line that holds the text.</summary>
    public required string TextField { get; init; }

    /// <summary>The tokenizer.</summary>
    public required TokenizerSettings Tokenizer { get; init; }

    /// <summary>Shares of training, validation and test documents, such as <c>969,30,1</c>.</summary>
    public required string Split { get; init; }

    /// <summary>Folder for tokenized data and sample indices; empty: inside the run's folder.</summary>
    public required string Cache { get; init; }

    /// <summary>Throws unless there is something to train on.</summary>
    /// <exception cref="ConfigurationException">There are no inputs.</exception>
    public void RequireInputs()
    {
        if (Inputs.Count == 0)
        {
            throw new ConfigurationException("meditron.data.inputs is empty, so there is nothing to train on. Name JSONL files, for example -c 'meditron.data.inputs=[\"data/sample/*.jsonl\"]'.");
        }
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var parts = Split.Split(',').Select(part => double.TryParse(part, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var share) ? share : double.NaN).ToArray();
        if (parts.Length is < 1 or > 3 || parts.Any(double.IsNaN) || !(parts[0] > 0))
        {
            yield return new("expected the shares of training, validation and test as up to three numbers, the first above 0, for example \"969,30,1\".", [nameof(Split)]);
        }

        if (TextField.Length == 0)
        {
            yield return new("expected the name of the JSON field that holds the text.", [nameof(TextField)]);
        }
    }
}
