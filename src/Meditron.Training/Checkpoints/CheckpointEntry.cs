namespace Meditron.Training.Checkpoints;

/// <summary>A committed checkpoint of a run.</summary>
/// <param name="Step">Steps finished.</param>
/// <param name="Path">Its folder.</param>
public sealed record CheckpointEntry(int Step, string Path)
{
    /// <summary>The manifest's file name.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>The file with the manifest's own checksum.</summary>
    public const string ManifestChecksumName = "manifest.sha256";

    private const string Prefix = "step-";

    /// <summary>The folder's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The name of the folder of a step.</summary>
    public static string NameOf(int step) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Prefix}{step:D8}");

    /// <summary>The entry of a folder, or null where its name is not a checkpoint's.</summary>
    public static CheckpointEntry? FromFolder(string path)
    {
        var name = System.IO.Path.GetFileName(path.TrimEnd('/'));
        return name.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Prefix.Length), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var step)
                ? new CheckpointEntry(step, path.TrimEnd('/'))
                : null;
    }
}
