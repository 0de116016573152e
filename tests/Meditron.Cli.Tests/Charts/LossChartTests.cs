using System.Globalization;
using System.Xml.Linq;
using Meditron.Cli.Charts;

namespace Meditron.Cli.Tests.Charts;

public class LossChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static (double X, double Y)[] Points(XDocument chart, string name) =>
        [.. chart.Descendants(Svg + "polyline").Single(line => (string?)line.Attribute("class") == name).Attribute("points")!.Value.Split(' ')
            .Select(pair => pair.Split(',').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray()).Select(pair => (pair[0], pair[1]))];

    [Fact]
    public void The_chart_is_well_formed_and_has_both_curves_axes_and_legend()
    {
        var chart = XDocument.Parse(new LossChart { Title = "demo <&> \"run\"\u0001", Reference = ("unigram entropy", 6.35) }.Draw(Reports.Run(100)));
        Assert.Equal(100, Points(chart, "train").Length);
        Assert.Equal(10, Points(chart, "validation").Length);
        Assert.Equal(10, chart.Descendants(Svg + "circle").Count());
        Assert.Single(chart.Descendants(Svg + "line"), line => (string?)line.Attribute("class") == "reference");
        var texts = chart.Descendants(Svg + "text").Select(text => text.Value).ToList();
        foreach (var text in new[] { "demo <&> \"run\"", "step", "loss (nats a token)", "training 3.500", "validation 3.700", "unigram entropy 6.350", "100", "20" })
        {
            Assert.Contains(text, texts);
        }

        // The loss falls, so the curve goes down the page, within the frame.
        var train = Points(chart, "train");
        Assert.True(train[0].Y < train[^1].Y);
        Assert.All(train, point => Assert.True(point is { X: >= 70 and <= 876, Y: >= 56 and <= 424 }));
    }

    [Fact]
    public void Long_runs_are_thinned()
    {
        var chart = XDocument.Parse(new LossChart().Draw(Reports.Run(20_000)));
        Assert.Equal(800, Points(chart, "train").Length);
    }

    [Fact]
    public void Odd_runs_still_give_a_picture()
    {
        foreach (var reports in new[] { [], [Reports.At(1, 5)], [Reports.At(1, double.NaN), Reports.At(2, double.PositiveInfinity)], Enumerable.Repeat(Reports.At(3, 2, 2), 3).ToList() })
        {
            var text = new LossChart().Draw(reports);
            Assert.DoesNotContain("NaN", text);
            Assert.DoesNotContain("Infinity", text);
            XDocument.Parse(text);
        }
    }

    [Theory]
    [InlineData(0, 10, 5, new[] { 0.0, 2, 4, 6, 8, 10 })]
    [InlineData(3.1, 8.2, 6, new[] { 4.0, 5, 6, 7, 8 })]
    [InlineData(0, 0.3, 3, new[] { 0, 0.1, 0.2, 0.3 })]
    [InlineData(5, 5, 6, new[] { 5.0 })]
    public void Ticks_are_round_numbers(double low, double high, int count, double[] expected)
    {
        var ticks = Ticks.Between(low, high, count);
        Assert.Equal(expected.Length, ticks.Count);
        Assert.All(expected.Zip(ticks), pair => Assert.Equal(pair.First, pair.Second, 9));
    }
}
