namespace Meditron.Actors.Actor.Supervision;

/// <summary>How often one child has been restarted, and since when.</summary>
internal sealed class ChildRestartStats(IInternalActorRef child)
{
    private int _retries;
    private TimeSpan? _windowStart;

    public IInternalActorRef Child { get; } = child;

    /// <summary>Asks for one more restart: never with 0 retries; without a window, up to the number of retries in all; with a window and no number, one in each window.</summary>
    public bool RequestRestartPermission(int maxRetries, int windowMilliseconds, TimeSpan now)
    {
        if (maxRetries == 0)
        {
            return false;
        }

        var limited = maxRetries > 0;
        if (windowMilliseconds <= 0)
        {
            return !limited || ++_retries <= maxRetries;
        }

        var allowed = limited ? maxRetries : 1;
        if (_windowStart is not { } start || now - start > TimeSpan.FromMilliseconds(windowMilliseconds))
        {
            _windowStart = now;
            _retries = 1;
            return true;
        }

        return ++_retries <= allowed;
    }
}
