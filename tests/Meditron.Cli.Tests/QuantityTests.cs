namespace Meditron.Cli.Tests;

public class QuantityTests
{
    [Fact]
    public void Quantities_read_as_people_write_them()
    {
        Assert.Equal("1,234,567", Quantity.Count(1234567));
        Assert.Equal(["950", "31.6 M", "6.7 G", "999", "12.3 k", "250 k"], new[] { 950, 31.6e6, 6.74e9, 999, 12345, 250000 }.Select(Quantity.Short));
        Assert.Equal(["512 bytes", "24.5 kB", "2.0 GB"], new[] { 512.0, 24500, 2e9 }.Select(Quantity.Bytes));
        Assert.Equal(["0.5 s", "42 s", "1:12", "2:03:04", "3.00:00:01"], new[] { 0.5, 42, 72, 7384, 259201 }.Select(seconds => Quantity.Time(TimeSpan.FromSeconds(seconds))));
        Assert.Equal("3.00e-04", Quantity.Rate(3e-4));
    }
}
