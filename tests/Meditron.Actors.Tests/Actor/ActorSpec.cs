namespace Meditron.Actors.Tests.Specs;

/// <summary>Base of the behaviour specs: a system of its own for each test, whose log keeps quiet.</summary>
public abstract class ActorSpec : XunitTestKit
{
    /// <summary>Long enough to see that something does not happen.</summary>
    protected static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>The end of a wait for something that does happen: it matters where a test fails, and the machine may well be busy.</summary>
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    protected ActorSpec(string config = "")
        : base(ConfigurationFactory.ParseString(config + "\n" + """
            akka {
              loglevel = WARNING, stdout-loglevel = OFF, log-dead-letters = off
              # As Deadline.
              test { single-expect-default = 60 s, default-timeout = 60 s, filter-leeway = 60 s }
            }
            """))
    {
    }

    /// <summary>The configuration of a system whose time stands still until the test advances it.</summary>
    protected const string VirtualTime = "akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"";
}
