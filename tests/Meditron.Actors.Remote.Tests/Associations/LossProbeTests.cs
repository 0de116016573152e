using Meditron.Actors.Remote.Associations;
using Meditron.Actors.Remote.Network;

namespace Meditron.Actors.Remote.Tests.Associations;

public class LossProbeTests
{
    [Fact]
    public void Without_a_loss_nothing_is_tried_again() => Assert.False(new LossProbe().TriesAgain(CloseReason.PeerClosed));

    [Fact]
    public void A_clear_answer_is_not_asked_for_again()
    {
        var probe = new LossProbe();
        probe.Start(1, givenUp: false);
        foreach (var reason in new[] { CloseReason.Refused, CloseReason.Unreachable, CloseReason.BadFrame })
        {
            Assert.False(probe.TriesAgain(reason));
            Assert.False(probe.IsWaiting);
        }
    }

    [Fact]
    public void A_connection_accepted_and_closed_is_tried_again_but_not_for_ever()
    {
        var probe = new LossProbe();
        probe.Start(1, givenUp: false);
        var attempts = 1;
        while (probe.TriesAgain(CloseReason.PeerClosed))
        {
            Assert.True(probe.IsWaiting);
            probe.Resume();
            attempts++;
            Assert.True(attempts < 100);
        }

        Assert.InRange(attempts, 2, 20);
        probe.Start(2, givenUp: true);
        Assert.True(probe.TriesAgain(CloseReason.Truncated));
        probe.End();
        Assert.Null(probe.Uid);
        Assert.False(probe.IsWaiting);
    }
}
