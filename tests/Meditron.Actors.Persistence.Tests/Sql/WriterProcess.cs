using Meditron.Actors.Persistence.Tests.Stores;
using Meditron.Testing;
using Meditron.Testing.Processes;

namespace Meditron.Actors.Persistence.Tests.Sql;

/// <summary>A real process that persists numbered events into a store.</summary>
internal sealed class WriterProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LineProcess _process;

    public WriterProcess(SqlStore store, string persistenceId, int count)
    {
        var config = _folder.File("writer.conf");
        File.WriteAllText(config, "akka.loglevel = WARNING\n" + store.Config);
        Lines = new EventLog<string>($"the writer of {persistenceId}");
        _process = LineProcess.Start("dotnet", ["exec", typeof(WriterProcess).Assembly.Location, config, persistenceId, count.ToString()], Lines.Add);
    }

    public static TimeSpan Deadline { get; } = TimeSpan.FromMinutes(2);

    public EventLog<string> Lines { get; }

    public void Kill() => _process.Send(Signal.Kill);

    public Task<int> Exited() => _process.Exited(Deadline);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
