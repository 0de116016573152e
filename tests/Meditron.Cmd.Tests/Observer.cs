using System.Diagnostics;
using System.Threading.Channels;

namespace Meditron.Cmd.Tests;

/// <summary>Collects what happens elsewhere for a test, which waits for it with a deadline.</summary>
internal sealed class Observer
{
    private readonly Channel<object> _told = Channel.CreateUnbounded<object>();

    public void Tell(object what) => _told.Writer.TryWrite(what);

    /// <summary>The next of a kind; what comes before it is passed over.</summary>
    public async Task<T> Next<T>()
    {
        using var limit = new CancellationTokenSource(Deadlines.Usual);
        while (true)
        {
            if (await _told.Reader.ReadAsync(limit.Token) is T found)
            {
                return found;
            }
        }
    }

    /// <summary>Attempts something that waits by itself until it succeeds.</summary>
    public static async Task Retry(Func<Task<bool>> attempt)
    {
        var watch = Stopwatch.StartNew();
        while (!await attempt())
        {
            Assert.True(watch.Elapsed < Deadlines.Usual, $"Not reached within {Deadlines.Usual}.");
        }
    }
}
