namespace Meditron.Training.Preparation;

/// <summary>Lets one process at a time prepare data in a folder, so that workers of several machines that share it do not do the same work beside each other.</summary>
internal sealed class PreparationLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream? file;

    private PreparationLock(FileStream? file) => this.file = file;

    /// <summary>Waits until no other process prepares there; one that dies gives the lock back. Where nothing can be written nothing is prepared, and there is no lock.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop before.</exception>
    public static PreparationLock Take(string folder, CancellationToken stop)
    {
        var path = Path.Combine(folder, ".preparing");
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                Directory.CreateDirectory(folder);
                return new PreparationLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                stop.WaitHandle.WaitOne(Pause);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new PreparationLock(null);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();
}
