using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Settings;

/// <summary>What of <c>meditron.recovery</c> is refused, and with which words.</summary>
public sealed class RecoverySettingsTests
{
    [Theory]
    [InlineData("meditron.recovery.shrink=off", "meditron.recovery.shrink", "too-few-workers = wait and min-data")]
    [InlineData("meditron.recovery.too-few-workers=pause", "meditron.recovery.too-few-workers", "shrink, wait")]
    [InlineData("meditron.recovery.min-data=2", "recovery.min-data is 2, and parallel.data is 1", "Lower recovery.min-data")]
    [InlineData("meditron.recovery.progress-timeout=100ms", "meditron.recovery.progress-timeout", "between 500ms and 24h")]
    [InlineData("meditron.recovery.drain-timeout=8d", "meditron.recovery.drain-timeout", "between 0 and 7d")]
    [InlineData("meditron.recovery.loss-spike.factor=0.5", "meditron.recovery.loss-spike.factor", "above 1")]
    [InlineData("meditron.recovery.restarts-max=-1", "meditron.recovery.restarts-max", "-1")]
    public void Bad_settings_are_refused_by_name(string setting, string key, string hint)
    {
        var error = Assert.Throws<ConfigurationException>(() => SettingsLoader.Load([], [setting]));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }
}
