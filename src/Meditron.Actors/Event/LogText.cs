namespace Meditron.Actors.Event;

/// <summary>Turns logged objects into text without ever throwing: a faulty <c>ToString</c> must not harm whoever logs.</summary>
internal static class LogText
{
    internal static string Of(object? value)
    {
        if (value is string text)
        {
            return text;
        }

        try
        {
            return value?.ToString() ?? "null";
        }
        catch (Exception e)
        {
            return Failure(value!, e);
        }
    }

    internal static string Failure(object value, Exception e) => $"<{value.GetType()}: its ToString threw {e.GetType().Name}>";
}
