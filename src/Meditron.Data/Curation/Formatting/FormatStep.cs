namespace Meditron.Data.Curation.Formatting;

/// <summary>Turns what readers yield into the text to train on: papers by the paper's rules, other documents by those of their subset.</summary>
public sealed class FormatStep : IDocumentStep
{
    /// <summary>The reason under which documents without text are dropped.</summary>
    public const string NoText = "no-text";

    private readonly FormatSettings settings;
    private readonly PaperFormatter papers;
    private readonly AbstractFormatter abstracts;
    private readonly GuidelineFormatter guidelines;
    private readonly ProseFormatter prose;

    /// <summary>A step by <paramref name="settings"/>.</summary>
    /// <exception cref="FormatException">A line rule of a guideline source cannot be read.</exception>
    public FormatStep(FormatSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.settings = settings;
        papers = new PaperFormatter(settings.Papers);
        abstracts = new AbstractFormatter(settings.Abstracts);
        guidelines = new GuidelineFormatter(settings.Guidelines);
        prose = new ProseFormatter(settings.Prose);
    }

    /// <inheritdoc/>
    public string Name => "format";

    /// <inheritdoc/>
    public StepResult Apply(CorpusDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var kind = settings.Subsets.GetValueOrDefault(document.Subset, TextKind.Prose);
        var text = document.Paper is { } paper ? papers.Format(paper) : kind switch
        {
            TextKind.Abstract => abstracts.Format(document.Title, document.Text),
            TextKind.Guideline => guidelines.Format(document.Source, document.Title, document.Text),
            TextKind.Prose => prose.Format(document.Title, document.Text),
            _ => document.Text,
        };
        if (text.Length == 0)
        {
            return StepResult.Drop(NoText, "nothing is left after formatting");
        }

        return document.Paper is null && kind == TextKind.Guideline && text.Length < settings.Guidelines.MinimumCharacters
            ? StepResult.Drop(NoText, $"{text.Length} characters < {settings.Guidelines.MinimumCharacters}")
            : StepResult.Keep(document with { Text = text, Paper = null });
    }
}
