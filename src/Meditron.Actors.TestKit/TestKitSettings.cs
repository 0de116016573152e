using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.TestKit;

/// <summary>The kit's settings, read once from <c>akka.test</c>.</summary>
public class TestKitSettings : IExtension
{
    /// <summary>Reads the settings.</summary>
    /// <exception cref="ConfigurationException">There is no <c>akka.test</c>, or a value is out of range.</exception>
    public TestKitSettings(Config config)
    {
        var test = config.GetConfig("akka.test");
        if (test.IsNullOrEmpty())
        {
            throw new ConfigurationException("akka.test is not configured: add TestKitBase.DefaultConfig as fallback of the system's configuration.");
        }

        DefaultTimeout = Positive(test, "default-timeout");
        SingleExpectDefault = Positive(test, "single-expect-default");
        TestEventFilterLeeway = Positive(test, "filter-leeway");
        TestTimeFactor = test.GetDouble("timefactor");
        LogTestKitCalls = test.GetBoolean("testkit.debug");
        if (!(TestTimeFactor > 0 && double.IsFinite(TestTimeFactor)))
        {
            throw new ConfigurationException($"akka.test.timefactor = {TestTimeFactor} is refused: it must be a number greater than 0.");
        }
    }

    /// <summary>Timeout of operations of the kit itself.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long Expect methods without a duration wait outside of a Within block.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long an event filter waits for its events after the tested code has returned.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>Factor by which timeouts are stretched.</summary>
    public double TestTimeFactor { get; }

    /// <summary>Whether calls of the kit's methods are logged at debug level.</summary>
    public bool LogTestKitCalls { get; }

    private static TimeSpan Positive(Config config, string key)
    {
        var value = config.GetTimeSpan(key, null, allowInfinite: false);
        return value > TimeSpan.Zero
            ? value
            : throw new ConfigurationException($"akka.test.{key} = {value} is refused: it must be longer than 0.");
    }
}

/// <summary>Gives a system its <see cref="TestKitSettings"/>.</summary>
public class TestKitExtension : ExtensionIdProvider<TestKitSettings>
{
    /// <summary>The settings of a system.</summary>
    public static TestKitSettings For(ActorSystem system) => system.GetExtension<TestKitSettings>();

    /// <inheritdoc/>
    public override TestKitSettings CreateExtension(ExtendedActorSystem system) => new(system.Settings.Config);
}
