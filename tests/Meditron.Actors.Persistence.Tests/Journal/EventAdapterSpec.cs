using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Persistence.Journal;
using Meditron.Actors.Persistence.Tests.Compliance;
using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Journal;

public sealed class EventAdapterSpec() : PersistenceSpec(new SqliteStore(), Adapters)
{
    private const string Adapters = """
        akka.persistence.journal.sql {
          event-adapters {
            doubling = "Meditron.Actors.Persistence.Tests.Journal.Doubling, Meditron.Actors.Persistence.Tests"
            numbers = "Meditron.Actors.Persistence.Tests.Journal.Numbers, Meditron.Actors.Persistence.Tests"
          }
          event-adapter-bindings {
            "System.String" = doubling
            "System.Int32" = numbers
          }
        }
        """;

    [Fact]
    public void Events_are_stored_and_read_through_their_adapters()
    {
        var account = Sys.ActorOf(Account.Props(Pid, TestActor));
        ExpectMsg("recovered [] at 0");
        account.Tell("persist a twice gone");
        ExpectMsg("done a");
        ExpectMsg("done twice");
        ExpectMsg("done gone");
        StopAndWait(account);

        Sys.ActorOf(Account.Props(Pid, TestActor));
        ExpectMsg("recovered [a,twice,twice] at 3");
    }

    [Fact]
    public void An_adapter_that_cannot_store_an_event_has_it_rejected()
    {
        var account = Sys.ActorOf(Account.Props(Pid, TestActor));
        ExpectMsg("recovered [] at 0");
        account.Tell("persist refused");
        ExpectMsg("rejected refused 1");
        account.Tell("persist a");
        ExpectMsg("done a");
    }

    [Fact]
    public void The_closest_binding_is_used()
    {
        var adapters = EventAdapters.Create((ExtendedActorSystem)Sys, ConfigurationFactory.ParseString(
            """
            event-adapters {
              all = "Meditron.Actors.Persistence.Tests.Journal.Doubling, Meditron.Actors.Persistence.Tests"
              strings = "Meditron.Actors.Persistence.Tests.Journal.Numbers, Meditron.Actors.Persistence.Tests"
            }
            event-adapter-bindings { "System.Object" = all, "System.String" = strings, "System.IComparable" = [all, strings] }
            """));

        Assert.IsType<Doubling>(adapters.Get<object>());
        Assert.IsType<Numbers>(adapters.Get<string>());
        Assert.IsType<CombinedReadEventAdapter>(adapters.Get<int>());
        Assert.Same(IdentityEventAdapter.Instance, EventAdapters.Create((ExtendedActorSystem)Sys, ConfigurationFactory.Empty).Get<int>());
    }

    [Theory]
    [InlineData("""event-adapter-bindings { "System.String" = missing }""", "'missing'")]
    [InlineData("""event-adapters { x = "No.Such.Type" }, event-adapter-bindings { "System.String" = x }""", "No.Such.Type")]
    [InlineData("""event-adapters { x = "System.Text.StringBuilder" }, event-adapter-bindings { "System.String" = x }""", "which is no IEventAdapter")]
    public void Wrong_bindings_are_refused(string config, string message)
    {
        var refused = Assert.Throws<ConfigurationException>(() => EventAdapters.Create((ExtendedActorSystem)Sys, ConfigurationFactory.ParseString(config)));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }
}

/// <summary>Stores as is; reads some events as none or as two.</summary>
public sealed class Doubling : IEventAdapter
{
    public string Manifest(object evt) => "text";

    public object ToJournal(object evt) => (string)evt == "refused" ? throw new InvalidOperationException("refused") : evt;

    public IEventSequence FromJournal(object evt, string manifest) => evt switch
    {
        "twice" => EventSequence.Create(evt, evt),
        "gone" => EventSequence.Empty,
        _ => EventSequence.Single(evt),
    };
}

/// <summary>Reads only.</summary>
public sealed class Numbers : IEventAdapter
{
    public string Manifest(object evt) => "";

    public object ToJournal(object evt) => evt;

    public IEventSequence FromJournal(object evt, string manifest) => EventSequence.Single(evt);
}
