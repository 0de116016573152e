namespace Meditron.Testing;

/// <summary>Finds the folders of the checkout that tests read from.</summary>
public static class RepositoryPaths
{
    /// <summary>The folder that holds Meditron.Actors.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The shared folder beside the checkout with real data and the peer, or null where there is none.</summary>
    public static string? Shared
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable("MEDITRON_SHARED") ?? Path.GetFullPath(Path.Combine(Root, "..", "shared"));
            return Directory.Exists(folder) ? folder : null;
        }
    }

    /// <summary>A path below <see cref="Shared"/>, or null where it does not exist.</summary>
    public static string? SharedFile(params string[] parts)
    {
        if (Shared is null)
        {
            return null;
        }

        var path = Path.Combine([Shared, .. parts]);
        return Path.Exists(path) ? path : null;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Meditron.Actors.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Meditron.Actors.sln; run the tests from a checkout.");
    }
}
