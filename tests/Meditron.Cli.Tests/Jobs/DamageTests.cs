using System.Globalization;
using Meditron.Testing.Processes;
using Microsoft.Data.Sqlite;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A job that is started again and finds damage in its files.</summary>
public sealed class DamageTests : IDisposable
{
    private const string Two = "meditron.parallel.data=2";

    /// <summary>Steps between two checkpoints of a test's job.</summary>
    private const int Interval = 20;

    private readonly TestJob job = new();

    [Fact]
    public async Task A_job_of_which_nothing_lives_goes_on_from_the_checkpoint_before_a_damaged_one_and_sets_a_damaged_journal_aside()
    {
        await using (var first = job.Train(Two))
        {
            await first.WaitFor("another seed stands by");
            await first.WaitFor(": checkpoint, ");
            await first.WaitFor(": checkpoint, ", first.Lines);
            CliProcess.Run("cmd", job.CommandsOf("train"), "train", "pause").Succeeds();

            // One may still be being written, and would be newer than the one that is damaged.
            var paused = int.Parse(await first.WaitFor("^step ([0-9]+): paused, all ranks wait"), CultureInfo.InvariantCulture);
            await first.WaitFor($": checkpoint, .*/step-0*{paused / Interval * Interval}$");
            Assert.Matches("bit [0-9] of byte [0-9]+ of .*/step-[0-9]+/.* was flipped", CliProcess.Run("chaos", "--run", job.Run.Path, "--fault", "corrupt-shard", "--every", "0").Succeeds().Output);
            KillAll();
            await first.Exited();
        }

        Damage(Path.Combine(job.Run.Path, "journal.db"));
        await using var again = job.Train(Two);
        await again.WaitFor(": checkpoint-rejected, ");
        await again.WaitFor("^step [0-9]+/");
        again.Send(Signal.Term);
        Assert.Equal(ExitCodes.Ok, await again.Exited());
        Assert.Contains("\"journal-damaged\"", await File.ReadAllTextAsync(job.Run.Events), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(job.Run.Path, "journal.db.damaged-1")));
        job.AssertEveryStepOnce();
    }

    public void Dispose() => job.Dispose();

    /// <summary>Kills every process of the job at once: first none of them may start another.</summary>
    private void KillAll()
    {
        for (var nodes = job.Nodes; nodes.Count > 0; nodes = job.Nodes)
        {
            foreach (var signal in new[] { Signal.Stop, Signal.Kill })
            {
                foreach (var node in nodes)
                {
                    Signals.TrySend(node.Process, signal);
                }
            }

            TestJob.WaitForEnd(nodes);
        }
    }

    /// <summary>Overwrites a part of a table's page, all of the database being in its file.</summary>
    private static void Damage(string file)
    {
        using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = DELETE";
            command.ExecuteNonQuery();
        }

        var bytes = File.ReadAllBytes(file);
        bytes.AsSpan(4096, 64).Fill(0xff);
        File.WriteAllBytes(file, bytes);
    }
}
