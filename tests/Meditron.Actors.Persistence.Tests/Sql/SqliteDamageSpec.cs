using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Persistence.Sql;
using Meditron.Actors.Persistence.Sql.Database;
using Meditron.Actors.Persistence.Sql.Journal;
using Meditron.Actors.Persistence.Tests.Compliance;
using Meditron.Actors.Persistence.Tests.Stores;
using Microsoft.Data.Sqlite;

namespace Meditron.Actors.Persistence.Tests.Sql;

/// <summary>Damage of a journal is noticed whichever bit of it changes, and where it may go on it goes on without what is damaged.</summary>
public sealed class SqliteDamageSpec() : PersistenceSpec(new SqliteStore(), GoOn)
{
    private const string GoOn = """
        akka.persistence.journal.sql.on-damage = go-on
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private string File => ((SqliteStore)Store).File;

    [Fact]
    public void A_damaged_event_is_left_out_loudly_and_the_actor_goes_on()
    {
        Write("persist a b c", "a", "b", "c");
        using (var other = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "UPDATE journal SET message = x'0a0163' WHERE sequence_number = 2";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        EventFilter.Error(contains: $"Event 2 of {Pid}").ExpectOne(() =>
        {
            var again = Sys.ActorOf(Account.Props(Pid, TestActor));
            ExpectMsg("recovered [a,c] at 3");
            again.Tell("persist d");
            ExpectMsg("done d");
        });
    }

    [Fact]
    public void A_row_that_is_missing_is_told()
    {
        Write("persist a b c", "a", "b", "c");
        using (var other = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "DELETE FROM journal WHERE sequence_number = 2";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        EventFilter.Warning(contains: $"Events 2 to 2 of {Pid} are not in").ExpectOne(() =>
        {
            Sys.ActorOf(Account.Props(Pid, TestActor));
            ExpectMsg("recovered [a,c] at 3");
        });
    }

    [Fact]
    public void A_damaged_file_is_set_aside_and_a_new_one_begun()
    {
        // Another system writes it, so that this one uses it for the first time.
        using (var journal = new Journal(Sys, File))
        {
            journal.Fill();
        }

        Settle(File);
        var bytes = System.IO.File.ReadAllBytes(File);
        bytes.AsSpan(4096, 64).Fill(0xff);
        System.IO.File.WriteAllBytes(File, bytes);
        using (var journal = new Journal(Sys, $"{Path.GetDirectoryName(File)}/./{Path.GetFileName(File)}"))
        {
            Assert.Equal(0, journal.Read().Sum(rows => rows.Count));
            journal.Fill();
        }

        Assert.Equal(bytes, System.IO.File.ReadAllBytes($"{File}.damaged-1"));
        using var again = new Journal(Sys, File + ".damaged-1", "fail");
        var error = Assert.Throws<AggregateException>(() => again.Read()).GetBaseException();
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains(".recover | sqlite3 NEW", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"message\" BLOB")]
    [InlineData("\"writer_uuid\" VARCHAR(128)")]
    [InlineData("\"journal\" (\"ordering\"")]
    public void A_file_with_a_bit_wrong_in_the_name_of_a_table_or_a_column_is_set_aside(string place)
    {
        var path = $"{File}.names";
        using (var journal = new Journal(Sys, path))
        {
            journal.Fill();
        }

        Settle(path);
        var bytes = System.IO.File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(place));
        Assert.True(at > 0, "the file does not hold the text of its tables");
        bytes[at + 2] ^= 1;
        System.IO.File.WriteAllBytes(path, bytes);
        using (var other = new Journal(Sys, $"{Path.GetDirectoryName(path)}/./{Path.GetFileName(path)}", "fail"))
        {
            Assert.IsAssignableFrom<SqlStoreException>(Assert.Throws<AggregateException>(() => other.Read()).GetBaseException());
        }

        using (var journal = new Journal(Sys, $"{Path.GetDirectoryName(path)}/././{Path.GetFileName(path)}"))
        {
            Assert.Equal(0, journal.Read().Sum(rows => rows.Count));
            journal.Fill();
            Assert.Equal(40, journal.Read().Sum(rows => rows.Count));
        }

        // Its header says how it was opened since.
        Assert.Equal(bytes[100..], System.IO.File.ReadAllBytes($"{path}.damaged-1")[100..]);
        Assert.False(System.IO.File.Exists($"{path}.damaged-2"));
    }

    [Theory]
    [InlineData(150)]
    public void Random_bits_of_a_journal_are_noticed(int flips) => FlipBits(flips, 3);

    [Theory]
    [InlineData(2000)]
    [Trait("Category", "Soak")]
    public void Bit_flips_in_a_journal(int flips) => FlipBits(flips, 4);

    private void FlipBits(int flips, int seed)
    {
        var original = $"{File}.original";
        IReadOnlyList<IReadOnlyList<JournalRow>> expected;
        using (var journal = new Journal(Sys, original))
        {
            journal.Fill();
            expected = journal.Read();
        }

        Settle(original);
        var bytes = System.IO.File.ReadAllBytes(original);
        var random = new Random(seed);
        var (byFile, byRow, harmless) = (0, 0, 0);
        for (var flip = 0; flip < flips; flip++)
        {
            var bit = random.NextInt64(bytes.Length * 8L);
            var path = $"{File}.{flip}";
            bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            System.IO.File.WriteAllBytes(path, bytes);
            bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            using (var journal = new Journal(Sys, path))
            {
                var read = journal.Read();
                if (System.IO.File.Exists($"{path}.damaged-1"))
                {
                    byFile++;
                }
                else if (read.Any(rows => rows.Any(row => row.Damage is not null)))
                {
                    byRow++;
                }
                else
                {
                    Assert.True(Same(expected, read), $"bit {bit} changed what is read, unnoticed");
                    harmless++;
                }
            }

            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*"))
            {
                System.IO.File.Delete(file);
            }
        }

        Assert.True(byFile + byRow > 0);
        Console.WriteLine($"journal: {flips} bits, {byFile} noticed in the file, {byRow} by a row's checksum, {harmless} of no effect");
    }

    /// <summary>Brings all of a journal into one file, once nobody else has it open, as an orderly end leaves it.</summary>
    private static void Settle(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = DELETE";
        command.ExecuteNonQuery();
    }

    private static bool Same(IReadOnlyList<IReadOnlyList<JournalRow>> left, IReadOnlyList<IReadOnlyList<JournalRow>> right) =>
        left.SelectMany(rows => rows).Select(Content).SequenceEqual(right.SelectMany(rows => rows).Select(Content), StringComparer.Ordinal);

    private static string Content(JournalRow row) =>
        $"{row.PersistenceId} {row.SequenceNr} {row.Created} {Convert.ToHexString(row.Message)} {row.SerializerId} {row.Manifest} {row.WriterUuid} {row.IsDeleted}";

    private void Write(string command, params string[] events)
    {
        var account = Sys.ActorOf(Account.Props(Pid, TestActor));
        ExpectMsg("recovered [] at 0");
        account.Tell(command);
        foreach (var each in events)
        {
            ExpectMsg($"done {each}");
        }

        StopAndWait(account);
    }

    /// <summary>A journal in a file of its own.</summary>
    private sealed class Journal : IDisposable
    {
        private static readonly string[] _actors = ["training-coordinator/run", "checkpoint-coordinator/run"];

        private readonly SqlJournalStore _store;

        public Journal(ActorSystem system, string file, string onDamage = "go-on")
        {
            var all = ConfigurationFactory.ParseString($"akka.persistence.journal.sql {{ connection-string = \"Data Source={file}\", provider-name = \"SQLite.MS\", on-damage = {onDamage} }}")
                .WithFallback(Persistence.DefaultConfig());
            var config = all.GetConfig("akka.persistence.journal.sql").WithFallback(all.GetConfig("akka.persistence.journal-plugin-fallback"));
            _store = new SqlJournalStore(system, new SqlJournalSettings(config, "akka.persistence.journal.sql"), system.Log);
        }

        public void Fill()
        {
            foreach (var actor in _actors)
            {
                for (var number = 1; number <= 20; number++)
                {
                    var message = new byte[40 + 13 * number];
                    new Random(number).NextBytes(message);
                    _store.WriteAsync(new JournalWrite([new JournalRow(actor, number, 638_000_000_000_000_000 + number, message, 17, "meditron.training.GenerationRaised", "6f1b1f0c-1111-4222-8333-0123456789ab", false, [])]), _patience).Wait(_patience);
                }
            }
        }

        public IReadOnlyList<IReadOnlyList<JournalRow>> Read() => [.. _actors.Select(actor =>
        {
            var highest = _store.ReadHighestSequenceNrAsync(actor, _patience);
            Assert.True(highest.Wait(_patience));
            var rows = _store.ReadAsync(actor, 1, Math.Max(highest.Result, 1), 1000, _patience);
            Assert.True(rows.Wait(_patience));
            return rows.Result;
        })];

        public void Dispose() => _store.Dispose();
    }
}
