using Meditron.ActorNode.Protocol;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.ActorNode;

/// <summary>The logger of a node (akka.loggers): reports what is logged.</summary>
internal sealed class LogReporter : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case LogEvent entry:
                EventOutput.Write(new NodeEvent(NodeEventKind.Log) { Status = entry.LogLevel().ToString(), Text = entry.ToString() });
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
