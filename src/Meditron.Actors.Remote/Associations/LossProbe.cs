using Meditron.Actors.Remote.Network;

namespace Meditron.Actors.Remote.Associations;

/// <summary>Finds out whether a peer has ended whose connection was lost, or was given up: then nobody listens there any more.</summary>
internal sealed class LossProbe
{
    private const int MostAttempts = 8;
    private int _attempts;

    /// <summary>How long to wait before the next attempt.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>The incarnation that was lost; null if nothing is to be found out.</summary>
    public int? Uid { get; private set; }

    /// <summary>Whether it is given up already, so that a failure to reach it is nothing to complain of.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Whether the next attempt is waited for; nobody else is to dial meanwhile.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Begins to find out.</summary>
    public void Start(int uid, bool givenUp)
    {
        Uid = uid;
        IsGivenUp = givenUp;
        IsWaiting = false;
        _attempts = 0;
    }

    /// <summary>The next attempt is made.</summary>
    public void Resume() => IsWaiting = false;

    /// <summary>Ends without a finding, or because there is one.</summary>
    public void End()
    {
        Uid = null;
        IsWaiting = false;
    }

    /// <summary>
    /// Whether to try again soon: somebody accepted the connection, and closed it. So does a process whose sockets are being closed by its end, the
    /// listening one after others.
    /// </summary>
    public bool TriesAgain(CloseReason reason)
    {
        if (Uid is null || reason is not (CloseReason.PeerClosed or CloseReason.Truncated or CloseReason.TlsFailed) || ++_attempts >= MostAttempts)
        {
            return false;
        }

        IsWaiting = true;
        return true;
    }
}
