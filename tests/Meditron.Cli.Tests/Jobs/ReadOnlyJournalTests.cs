using System.Globalization;
using Meditron.Testing.Processes;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A job whose journal can be read and not be written for a while.</summary>
public sealed class ReadOnlyJournalTests : IDisposable
{
    private readonly TestJob job = new();

    /// <summary>The database and its log; what SQLite maps into memory stays as it is.</summary>
    private string[] Files => [.. ((string[])["journal.db", "journal.db-wal"]).Select(name => Path.Combine(job.Run.Path, name)).Where(File.Exists)];

    [ImmutableFact]
    public async Task While_the_journal_can_only_be_read_no_step_waits_and_checkpoints_are_committed_once_it_can_be_written()
    {
        await using var train = job.Train("meditron.parallel.data=2", "meditron.checkpoint.keep-last=0");
        await train.WaitFor(": checkpoint, ");
        Assert.Null(ImmutableFile.Set(Files, true));
        var step = int.Parse(await train.WaitFor("^step ([0-9]+): database-away, .*training goes on"), CultureInfo.InvariantCulture);
        await train.WaitFor($"^step ({string.Join('|', Enumerable.Range(step + 50, 200))})/");
        Assert.DoesNotContain("database-back", train.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("generation-failed", train.Output, StringComparison.Ordinal);
        Assert.Contains("database", CliProcess.Run("cmd", job.CommandsOf("train"), "train", "status").Succeeds().Output, StringComparison.Ordinal);

        Assert.Null(ImmutableFile.Set(Files, false));
        await train.WaitFor("^step [0-9]+: database-back, .*steps? [0-9]+");
        await train.WaitFor("^step [0-9]+: checkpoint, ", train.Lines);
        train.Send(Signal.Term);
        Assert.Equal(ExitCodes.Ok, await train.Exited());
        Assert.DoesNotContain("journal-damaged", train.Output, StringComparison.Ordinal);
        job.AssertEveryStepOnce();
        CliProcess.Run("checkpoint", "verify", job.Run.Path).Succeeds();
    }

    public void Dispose()
    {
        job.EndProcesses();
        ImmutableFile.Set(Files, false);
        job.Dispose();
    }
}
