namespace Meditron.Actors.Tests.Actor;

public class ShutdownExitCodesTests
{
    [Fact]
    public void A_reason_has_its_own_exit_code_or_the_general_one()
    {
        var codes = Codes("akka.coordinated-shutdown { exit-code = 5, reason-overrides.ClusterDowningReason.exit-code = 9 }");
        Assert.Equal(9, codes.Of(CoordinatedShutdown.ClusterDowningReason.Instance));
        Assert.Equal(5, codes.Of(CoordinatedShutdown.ClusterLeavingReason.Instance));
        Assert.Equal(5, codes.Of(null));
    }

    [Theory]
    [InlineData("exit-code = 256")]
    [InlineData("reason-overrides.ClusterDowningReason.exit-code = -1")]
    public void An_exit_code_out_of_range_is_refused_by_its_key(string setting)
    {
        var error = Assert.Throws<ConfigurationException>(() => Codes($"akka.coordinated-shutdown.{setting}"));
        Assert.Contains($"akka.coordinated-shutdown.{setting.Split(' ')[0]}", error.Message);
    }

    private static ShutdownExitCodes Codes(string hocon) => new(ConfigurationFactory.ParseString(hocon));
}
