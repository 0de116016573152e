namespace Meditron.Testing;

/// <summary>A folder of its own for one test, deleted when the test ends.</summary>
/// <param name="parent">Where it is made; null for the system's place.</param>
public sealed class TemporaryFolder(string? parent = null) : IDisposable
{
    /// <summary>The folder's full path.</summary>
    public string Path { get; } = parent is null ? Directory.CreateTempSubdirectory("meditron-test-").FullName : Directory.CreateDirectory(System.IO.Path.Combine(parent, $"meditron-test-{Guid.NewGuid():n}")).FullName;

    /// <summary>A path inside the folder.</summary>
    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }
}
