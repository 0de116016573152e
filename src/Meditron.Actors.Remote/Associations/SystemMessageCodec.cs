using Meditron.Actors.Actor;
using Meditron.Actors.Dispatch.SysMsg;
using Meditron.Actors.Remote.Wire;

namespace Meditron.Actors.Remote.Associations;

/// <summary>Writes and reads the system messages that cross the network: watch, unwatch, death watch notification, and stop.</summary>
internal static class SystemMessageCodec
{
    private const int MaximumPath = 16 * 1024;

    private enum Kind : byte
    {
        Watch = 1,
        Unwatch = 2,
        DeathWatchNotification = 3,
        Terminate = 4,
    }

    /// <summary>The body of a message, or null for one that has no meaning in another process.</summary>
    public static byte[]? Encode(IActorRef recipient, SystemMessage message, Func<IActorRef, string> pathOf)
    {
        var writer = new WireWriter();
        switch (message)
        {
            case Watch watch:
                Begin(Kind.Watch).String(pathOf(watch.Watcher));
                break;
            case Unwatch unwatch:
                Begin(Kind.Unwatch).String(pathOf(unwatch.Watcher));
                break;
            case DeathWatchNotification notification:
                Begin(Kind.DeathWatchNotification)
                    .String(pathOf(notification.Actor))
                    .Byte((byte)((notification.ExistenceConfirmed ? 1 : 0) | (notification.AddressTerminated ? 2 : 0)));
                break;
            case Terminate:
                Begin(Kind.Terminate);
                break;
            default:
                return null;
        }

        return writer.Written.ToArray();

        WireWriter Begin(Kind kind) => writer.Byte((byte)kind).String(pathOf(recipient));
    }

    /// <summary>Whether the message must not arrive before the user messages sent earlier.</summary>
    public static bool IsNotification(ReadOnlySpan<byte> body) => body[0] == (byte)Kind.DeathWatchNotification;

    /// <summary>The message in a body, and for whom it is.</summary>
    public static (IInternalActorRef Recipient, SystemMessage Message) Decode(ReadOnlySpan<byte> body, Func<string, IInternalActorRef> resolve)
    {
        var reader = new WireReader(body);
        var kind = (Kind)reader.Byte();
        var recipient = resolve(reader.String(MaximumPath));
        SystemMessage message;
        switch (kind)
        {
            case Kind.Watch:
                message = new Watch(recipient, resolve(reader.String(MaximumPath)));
                break;
            case Kind.Unwatch:
                message = new Unwatch(recipient, resolve(reader.String(MaximumPath)));
                break;
            case Kind.DeathWatchNotification:
                var actor = resolve(reader.String(MaximumPath));
                var flags = reader.Byte();
                message = new DeathWatchNotification(actor, (flags & 1) != 0, (flags & 2) != 0);
                break;
            case Kind.Terminate:
                message = new Terminate();
                break;
            default:
                throw new WireFormatException($"a system message is of kind {(byte)kind}; known are 1 to 4");
        }

        reader.End();
        return (recipient, message);
    }
}
