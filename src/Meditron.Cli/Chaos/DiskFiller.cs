using System.Globalization;
using Meditron.Training.Runs;

namespace Meditron.Cli.Chaos;

/// <summary>Takes the room on a run's file system for a while, up to a limit.</summary>
internal static class DiskFiller
{
    private const int Chunk = 1 << 20;

    /// <summary>Fills, waits and frees.</summary>
    /// <returns>What was done.</returns>
    public static string Run(RunFolder folder, long limit, TimeSpan duration, CliContext context)
    {
        var path = Path.Combine(folder.Path, "chaos-filler");
        long written = 0;
        try
        {
            using (var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                var chunk = new byte[Chunk];
                try
                {
                    // The last bytes are taken in ever smaller pieces.
                    for (var size = (int)Math.Min(Chunk, limit); size > 0 && written < limit;)
                    {
                        try
                        {
                            stream.Write(chunk, 0, (int)Math.Min(size, limit - written));
                            written = stream.Position;
                        }
                        catch (IOException)
                        {
                            size /= 2;
                        }
                    }
                }
                finally
                {
                    written = Math.Max(written, stream.Position);
                }
            }

            context.Cancellation.WaitHandle.WaitOne(duration);
        }
        finally
        {
            File.Delete(path);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Quantity.Bytes(written)} of the disk of {folder.Path} were taken for {duration.TotalSeconds:0.#} s");
    }
}
