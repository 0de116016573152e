using Meditron.Data;

namespace Meditron.Cli;

/// <summary>Makes the folder that an output file goes to.</summary>
internal static class OutputFolder
{
    /// <summary>Creates the folder of a file or prefix, where it is missing.</summary>
    /// <exception cref="OutputException">It cannot be created.</exception>
    public static void Create(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"could not create the folder for the output: {e.Message} Choose another place.", folder, e);
        }
    }
}
