using Meditron.Actors.Configuration;

namespace Meditron.Actors.Tests.Specs;

/// <summary>Base of the behaviour specs: a system of its own for each test, whose log keeps quiet.</summary>
public abstract class ActorSpec : Meditron.Actors.TestKit.Xunit2.TestKit
{
    /// <summary>Long enough to see that something does not happen.</summary>
    protected static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    protected ActorSpec(string config = "")
        : base(ConfigurationFactory.ParseString(config + "\nakka { loglevel = WARNING, stdout-loglevel = OFF, log-dead-letters = off }"))
    {
    }
}
