using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Compliance;

/// <summary>How persistent actors behave on stores that serialize, and that several actor systems share.</summary>
public abstract class SqlPersistentActorCompliance(SqlStore store) : PersistentActorCompliance(store)
{
    [Fact]
    public void An_event_that_cannot_be_stored_is_rejected_and_the_actor_goes_on()
    {
        var account = Start("[] at 0");
        account.Tell("reject");
        Probe.ExpectMsg("rejected Unknown 1");
        account.Tell("persist a");
        Expect("done a");
        StopAndWait(account);
        Start("[a] at 2");
    }

    [Fact]
    public void Another_actor_system_finds_what_one_has_persisted()
    {
        var account = Start("[] at 0");
        account.Tell("persist a b");
        Expect("done a", "done b");

        var other = ActorSystem.Create("other", Configure(Store, ""));
        try
        {
            other.ActorOf(Account.Props(Pid, Probe));
            Probe.ExpectMsg("recovered [a,b] at 2");
        }
        finally
        {
            Shutdown(other);
        }
    }
}
