using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Coordination;
using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Compliance;

/// <summary>How leases in a database behave, whatever the database.</summary>
public abstract class LeaseCompliance(SqlStore store) : PersistenceSpec(store, Sections(store))
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task One_owner_at_a_time_holds_a_lease()
    {
        var (a, b) = (Of("a"), Of("b"));
        Assert.False(a.CheckLease());
        Assert.True(await a.Acquire().WaitAsync(_deadline));
        Assert.True(a.CheckLease());
        Assert.False(await b.Acquire().WaitAsync(_deadline));
        Assert.False(b.CheckLease());

        Assert.True(await a.Release().WaitAsync(_deadline));
        Assert.False(a.CheckLease());
        Assert.True(await b.Acquire().WaitAsync(_deadline));
        Assert.True(b.CheckLease());
    }

    [Fact]
    public async Task Its_owner_may_take_it_again()
    {
        var a = Of("a");
        Assert.True(await a.Acquire().WaitAsync(_deadline));
        Assert.True(await a.Acquire().WaitAsync(_deadline));
        Assert.True(a.CheckLease());
    }

    [Fact]
    public async Task Giving_up_what_one_does_not_hold_takes_nothing_from_its_owner()
    {
        var (a, b) = (Of("a"), Of("b"));
        Assert.True(await a.Acquire().WaitAsync(_deadline));
        await b.Release().WaitAsync(_deadline);
        Assert.False(await b.Acquire().WaitAsync(_deadline));
        Assert.True(a.CheckLease());
    }

    [Fact]
    public async Task Leases_of_other_names_are_other_leases()
    {
        Assert.True(await Of("a", name: "one").Acquire().WaitAsync(_deadline));
        Assert.True(await Of("b", name: "two").Acquire().WaitAsync(_deadline));
    }

    [Fact]
    public async Task Of_many_that_want_it_at_once_in_several_systems_one_gets_it()
    {
        var other = ActorSystem.Create("other", Configure(Store, Sections((SqlStore)Store)));
        try
        {
            var owners = Enumerable.Range(0, 8).Select(i => LeaseProvider.Get(i % 2 == 0 ? Sys : other).GetLease($"{Pid}-many", "patient", $"owner-{i}")).ToArray();
            var got = await Task.WhenAll(owners.Select(owner => owner.Acquire())).WaitAsync(_deadline);
            Assert.Single(got, true);
            Assert.Equal(got, owners.Select(owner => owner.CheckLease()));
        }
        finally
        {
            Shutdown(other);
        }
    }

    [Fact]
    public async Task The_lease_of_a_system_that_has_ended_is_free_after_its_time()
    {
        var other = ActorSystem.Create("other", Configure(Store, Sections((SqlStore)Store)));
        Assert.True(await LeaseProvider.Get(other).GetLease($"{Pid}-lease", "short", "a").Acquire().WaitAsync(_deadline));
        Shutdown(other);

        var b = Of("b", "short");
        using var limit = new CancellationTokenSource(_deadline);
        while (!await b.Acquire().WaitAsync(_deadline))
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task An_owner_whose_row_has_another_one_is_told_that_it_has_lost_the_lease()
    {
        var lost = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var a = Of("a", "patient-and-alive");
        Assert.True(await a.Acquire(cause => lost.TrySetResult(cause)).WaitAsync(_deadline));
        Run($"UPDATE lease SET owner = 'somebody' WHERE name = '{Pid}-lease'");

        Assert.Contains("another owner than a", (await lost.Task.WaitAsync(_deadline))?.Message, StringComparison.Ordinal);
        Assert.False(a.CheckLease());
        Assert.False(await a.Acquire().WaitAsync(_deadline));
    }

    [Fact]
    public async Task An_owner_whose_signs_of_life_do_not_arrive_loses_the_lease_before_another_can_have_it()
    {
        var lost = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var a = Of("a", "short");
        Assert.True(await a.Acquire(cause => lost.TrySetResult(cause)).WaitAsync(_deadline));
        using (Lock())
        {
            await lost.Task.WaitAsync(_deadline);
            Assert.False(a.CheckLease());
        }

        using var limit = new CancellationTokenSource(_deadline);
        while (!await Of("b", "short").Acquire().WaitAsync(_deadline))
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Runs a statement beside the lease.</summary>
    protected abstract void Run(string sql);

    /// <summary>Keeps everybody else from changing the leases.</summary>
    protected abstract IDisposable Lock();

    // Patient ones never end by themselves in a test; of the short one, every sign of life is soon due. It lasts longer than a slow answer takes.
    private static string Sections(SqlStore store)
    {
        var common = $$"""
            lease-class = "Akka.Persistence.Leases.SqlLease, Akka.Persistence"
            provider-name = "{{store.Provider}}"
            connection-string = "{{store.ConnectionString}}"
            schema-name = null
            table-name = lease
            auto-initialize = on
            lease-operation-timeout = 60s
            """;
        return $$"""
            patient {
              {{common}}
              heartbeat-timeout = 1h
              heartbeat-interval = 10m
            }
            patient-and-alive {
              {{common}}
              heartbeat-timeout = 1h
              heartbeat-interval = 100ms
            }
            short {
              {{common}}
              heartbeat-timeout = 6s
              heartbeat-interval = 100ms
            }
            """;
    }

    private Lease Of(string owner, string section = "patient", string name = "lease") => LeaseProvider.Get(Sys).GetLease($"{Pid}-{name}", section, owner);
}
