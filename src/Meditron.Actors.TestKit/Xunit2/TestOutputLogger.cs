using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Xunit.Abstractions;

namespace Meditron.Actors.TestKit.Xunit2;

/// <summary>Writes log events to a test's output.</summary>
internal sealed class TestOutputLogger(ITestOutputHelper output, string? prefix) : ActorBase
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                foreach (var type in new[] { typeof(Debug), typeof(Info), typeof(Warning), typeof(Error) })
                {
                    initialize.LoggingBus.Subscribe(Self, type);
                }

                Sender.Tell(new LoggerInitialized(), Self);
                break;
            case LogEvent logEvent:
                Write(logEvent);
                break;
            default:
                return false;
        }

        return true;
    }

    private void Write(LogEvent logEvent)
    {
        try
        {
            output.WriteLine(prefix is null ? logEvent.ToString() : $"{prefix}: {logEvent}");
        }
        catch (InvalidOperationException)
        {
            // The test has ended; xunit takes nothing any more.
        }
    }
}
