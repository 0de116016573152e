using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Compliance;
using Meditron.Actors.Persistence.Tests.Stores;
using Meditron.Testing;

namespace Meditron.Actors.Persistence.Tests.Sql;

/// <summary>An outage that ends while what is persisted is still tried.</summary>
public sealed class PostgresShortOutageSpec : PersistenceSpec
{
    private const string Patient = """
        akka.persistence.journal.sql.circuit-breaker.call-timeout = 120s
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        akka.test.single-expect-default = 120s
        """;

    private readonly PostgresServer _server;

    public PostgresShortOutageSpec()
        : this(new PostgresServer())
    {
    }

    private PostgresShortOutageSpec(PostgresServer server)
        : base(new PostgresStore(server), Patient) => _server = server;

    [Fact]
    public void What_is_persisted_waits_for_the_server_and_the_log_says_so()
    {
        var account = Sys.ActorOf(Account.Props(Pid, TestActor));
        ExpectMsg("recovered [] at 0");
        _server.Stop();
        EventFilter.Warning(contains: "PostgreSQL").ExpectOne(() => account.Tell("persist a"));
        _server.Start();
        ExpectMsg("done a");
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _server.Dispose();
    }
}
