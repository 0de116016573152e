using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Pattern;
using Meditron.Actors.Serialization.Protocol;

namespace Meditron.Actors.Serialization;

/// <summary>
/// Sends exceptions as what can be read of them. Only the types listed here come back as themselves; all others come back as a
/// <see cref="RemoteFailureException"/>, because a type named on the wire is never created.
/// </summary>
internal static class ExceptionSupport
{
    private const int MaximumDepth = 8;

    private static readonly Dictionary<string, Func<string, Exception?, Exception>> Known = new Func<string, Exception?, Exception>[]
    {
        (m, e) => new ArgumentException(m, e),
        (m, e) => new ArgumentNullException(m, e),
        (m, e) => new ArgumentOutOfRangeException(m, e),
        (m, e) => new ArithmeticException(m, e),
        (m, e) => new DivideByZeroException(m, e),
        (m, e) => new FormatException(m, e),
        (m, e) => new IndexOutOfRangeException(m, e),
        (m, e) => new InvalidOperationException(m, e),
        (m, e) => new NotImplementedException(m, e),
        (m, e) => new NotSupportedException(m, e),
        (m, e) => new OperationCanceledException(m, e),
        (m, e) => new OutOfMemoryException(m, e),
        (m, e) => new TaskCanceledException(m, e),
        (m, e) => new TimeoutException(m, e),
        (m, e) => new UnauthorizedAccessException(m, e),
        (m, e) => new Exception(m, e),
        (m, e) => new KeyNotFoundException(m, e),
        (m, e) => new IOException(m, e),
        (m, e) => new FileNotFoundException(m, e),
        (m, e) => new System.Runtime.Serialization.SerializationException(m, e),
        (m, e) => new ConfigurationException(m, e),
        (m, e) => new ActorInitializationException(m, e!),
        (m, _) => new ActorKilledException(m),
        (m, _) => new AskTimeoutException(m),
        (m, e) => new ActorNotFoundException(m, e),
        (m, _) => new InvalidActorNameException(m),
        (m, _) => new InvalidMessageException(m),
        (m, e) => new IllegalStateException(m, e!),
        (m, e) => new OpenCircuitException(m, e!),
    }.ToDictionary(make => make(string.Empty, null).GetType().FullName!, StringComparer.Ordinal);

    internal static ExceptionData ToData(Exception exception, int depth = 0)
    {
        ExceptionData data = exception is RemoteFailureException remote
            ? new ExceptionData { Type = remote.TypeName, Message = remote.OriginalMessage, StackTrace = remote.RemoteStackTrace }
            : new ExceptionData { Type = exception.GetType().FullName ?? string.Empty, Message = Event.LogText.Of(exception.Message), StackTrace = exception.StackTrace ?? string.Empty };
        if (exception.InnerException is { } inner && depth < MaximumDepth)
        {
            data.Inner = ToData(inner, depth + 1);
        }

        return data;
    }

    internal static Exception FromData(ExceptionData? data, int depth = 0)
    {
        if (data is null)
        {
            return new RemoteFailureException("unknown", "no cause was sent", string.Empty, null);
        }

        Exception? inner = data.Inner is not null && depth < MaximumDepth ? FromData(data.Inner, depth + 1) : null;
        return Known.TryGetValue(data.Type, out Func<string, Exception?, Exception>? make)
            ? make(data.Message, inner)
            : new RemoteFailureException(data.Type, data.Message, data.StackTrace, inner);
    }
}

/// <summary>A failure in another process, of a type that is not created from the wire.</summary>
internal sealed class RemoteFailureException(string typeName, string message, string stackTrace, Exception? inner)
    : AkkaException($"{typeName}: {message}", inner)
{
    internal string TypeName { get; } = typeName;

    internal string OriginalMessage { get; } = message;

    internal string RemoteStackTrace { get; } = stackTrace;

    public override string ToString() => $"{Message}{Environment.NewLine}   --- where it was thrown, in another process ---{Environment.NewLine}{RemoteStackTrace}";
}
