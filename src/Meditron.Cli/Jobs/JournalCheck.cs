using Meditron.Cli.Nodes;
using Meditron.Training.Runs;

namespace Meditron.Cli.Jobs;

/// <summary>Reads the journal once before a job begins, so that a database that cannot be used is told at the start and not when the coordinator needs it.</summary>
internal static class JournalCheck
{
    private const string ConnectionString = "akka.persistence.journal.sql.connection-string";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(45);

    /// <summary>Throws unless the journal can be read; says in the run's events where a damaged one was set aside.</summary>
    /// <param name="system">The node.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NodeException">It cannot: says which and why.</exception>
    public static void Require(ActorSystem system, RunFolder folder, TimeProvider time)
    {
        var known = DamagedFiles(folder);
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var check = system.ActorOf(Props.Create(() => new Reader(read)), "journal-check");
        string? why = null;
        try
        {
            why = read.Task.Wait(Timeout) ? null : $"it has not answered within {Timeout.TotalSeconds:0} s";
        }
        catch (AggregateException e)
        {
            why = e.GetBaseException().Message;
        }

        system.Stop(check);
        foreach (var damaged in DamagedFiles(folder).Except(known, StringComparer.Ordinal))
        {
            new RunLog(folder, time).Event("journal-damaged", 0, $"the journal was damaged and is kept as {damaged}; the coordinators learn what it had from the workers and from {folder.Checkpoints}");
        }

        if (why is not null)
        {
            throw new NodeException(
                ExitCodes.Cluster,
                $"the journal of the job cannot be used: {why.TrimEnd('.')}. It is {Name(system.Settings.Config)} ({ConnectionString}). Start the database, or correct the connection string.");
        }
    }

    private static List<string> DamagedFiles(RunFolder folder) => [.. Directory.EnumerateFiles(folder.Path, "journal.db.damaged-*").Order(StringComparer.Ordinal)];

    /// <summary>The database without what must not be shown.</summary>
    private static string Name(Config config)
    {
        var parts = (config.GetString(ConnectionString, "") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(part => !part.StartsWith("password", StringComparison.OrdinalIgnoreCase) && !part.StartsWith("pwd", StringComparison.OrdinalIgnoreCase));
        return $"{config.GetString("akka.persistence.journal.sql.provider-name", "")} at {string.Join("; ", parts)}";
    }

    private sealed class Reader : ReceivePersistentActor
    {
        private readonly TaskCompletionSource result;

        public Reader(TaskCompletionSource result)
        {
            this.result = result;
            Recover<RecoveryCompleted>(_ => result.TrySetResult());
            CommandAny(_ => { });
        }

        public override string PersistenceId => "journal-check";

        protected override void OnRecoveryFailure(Exception reason, object? message) => result.TrySetException(reason);
    }
}
