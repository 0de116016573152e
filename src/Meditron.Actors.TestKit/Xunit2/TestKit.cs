using Meditron.Actors.Actor;
using Meditron.Actors.Actor.Setup;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Xunit.Abstractions;

namespace Meditron.Actors.TestKit.Xunit2;

/// <summary>The test kit for xunit: a base class of tests that stops its system when a test ends.</summary>
public class TestKit : TestKitBase, IDisposable
{
    /// <summary>Where the test's log goes, if it goes to the test's output.</summary>
    protected readonly ITestOutputHelper? Output;

    private bool _disposed;

    private bool _disposing;

    /// <summary>A kit on a given system, or on one of its own.</summary>
    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null)
        : base(Assertions, system)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>A kit on a system of its own made from a setup.</summary>
    public TestKit(ActorSystemSetup config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>A kit on a system of its own made from a configuration.</summary>
    public TestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>A kit on a system of its own made from a configuration in HOCON.</summary>
    public TestKit(string config, ITestOutputHelper? output = null)
        : base(Assertions, ConfigurationFactory.ParseString(config))
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>The kit's defaults: its logger and <c>akka.test</c>.</summary>
    public static new Config DefaultConfig => TestKitBase.DefaultConfig;

    /// <summary>Switches every debugging aid of the engine on.</summary>
    public static new Config FullDebugConfig => TestKitBase.FullDebugConfig;

    /// <summary>Reports failed expectations.</summary>
    protected static XunitAssertions Assertions { get; } = new();

    /// <summary>Stops the system.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called when the test has ended, before the system is stopped.</summary>
    protected virtual void AfterAll()
    {
    }

    /// <summary>Stops the system.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposing || _disposed)
        {
            return;
        }

        _disposing = true;
        try
        {
            if (disposing)
            {
                AfterAll();
                ReleaseImplicitSender();
                Shutdown();
            }

            _disposed = true;
        }
        finally
        {
            _disposing = false;
        }
    }

    /// <summary>Lets a system log to the test's output, if there is one.</summary>
    protected void InitializeLogger(ActorSystem system) => InitializeLogger(system, null);

    /// <summary>Lets a system log to the test's output, if there is one, each line with a prefix.</summary>
    protected void InitializeLogger(ActorSystem system, string? prefix)
    {
        if (Output is not { } output)
        {
            return;
        }

        var logger = ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new TestOutputLogger(output, prefix)), "log-test");
        logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), TestKitSettings.DefaultTimeout).GetAwaiter().GetResult();
    }
}
