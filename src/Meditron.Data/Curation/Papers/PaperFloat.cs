namespace Meditron.Data.Curation.Papers;

/// <summary>A figure or a table: its label and its caption (bodies are not kept).</summary>
/// <param name="Id">The id that references use.</param>
/// <param name="Label">The label as printed, such as <c>Figure 2</c>; may be empty.</param>
/// <param name="Caption">The whole caption; may be empty.</param>
public sealed record PaperFloat(string Id, string Label, string Caption);
