using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Compliance;
using Meditron.Actors.Persistence.Tests.Stores;
using Meditron.Testing;

namespace Meditron.Actors.Persistence.Tests.Sql;

/// <summary>What becomes of persistent actors whose PostgreSQL server is not there.</summary>
public sealed class PostgresOutageSpec : PersistenceSpec
{
    // So that what fails after all tries does so soon, and the breaker lets the next one through.
    private const string Short = """
        akka.persistence.journal.sql { circuit-breaker { call-timeout = 12s, max-failures = 1000 }, recovery-event-timeout = 60s }
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """;

    private readonly PostgresServer _server;

    public PostgresOutageSpec()
        : this(new PostgresServer())
    {
    }

    private PostgresOutageSpec(PostgresServer server)
        : base(new PostgresStore(server), Short) => _server = server;

    [Fact]
    public void A_server_that_is_not_there_at_the_start_fails_the_recovery_and_the_log_says_so()
    {
        _server.Stop();
        EventFilter.Error(contains: "PostgreSQL").ExpectOne(() =>
        {
            var account = Sys.ActorOf(Account.Props(Pid, TestActor));
            Watch(account);
            Assert.Contains($"PostgreSQL {_server.Folder}", ExpectMsg<string>(text => text.StartsWith("recovery failure", StringComparison.Ordinal)), StringComparison.Ordinal);
            ExpectTerminated(account);
        });

        _server.Start();
        Start("[] at 0").Tell("persist a");
        ExpectMsg("done a");
    }

    [Fact]
    public void A_server_that_goes_fails_what_is_persisted_and_the_actor_goes_on_in_its_next_life()
    {
        var account = Start("[] at 0");
        account.Tell("persist a");
        ExpectMsg("done a");
        Watch(account);
        _server.Stop();
        EventFilter.Error(contains: "PostgreSQL").ExpectOne(() =>
        {
            account.Tell("persist b");
            var failure = ExpectMsg<string>(text => text.StartsWith("failure", StringComparison.Ordinal));
            Assert.StartsWith("failure b 2: ", failure, StringComparison.Ordinal);
            Assert.Contains($"PostgreSQL {_server.Folder}", failure, StringComparison.Ordinal);
            ExpectTerminated(account);
        });

        _server.Start();
        Start("[a] at 1").Tell("persist b");
        ExpectMsg("done b");
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _server.Dispose();
    }

    private IActorRef Start(string recovered)
    {
        var account = Sys.ActorOf(Account.Props(Pid, TestActor));
        ExpectMsg($"recovered {recovered}");
        return account;
    }
}
