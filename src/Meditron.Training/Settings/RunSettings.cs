using System.ComponentModel.DataAnnotations;

namespace Meditron.Training.Settings;

/// <summary>Where a run keeps its files: <c>meditron.run</c>.</summary>
public sealed record RunSettings
{
    /// <summary>Name of the run, a folder name.</summary>
    [RegularExpression(@"[A-Za-z0-9][A-Za-z0-9._-]*", ErrorMessage = "a folder name of letters, digits, dots, dashes and underscores")]
    public required string Name { get; init; }

    /// <summary>Folder that holds the folders of all runs.</summary>
    public required string Folder { get; init; }

    /// <summary>The run's own folder.</summary>
    public string Path => System.IO.Path.Combine(Folder, Name);
}
