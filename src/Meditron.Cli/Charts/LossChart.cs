using System.Globalization;
using System.Security;
using System.Text;
using Meditron.Training;

namespace Meditron.Cli.Charts;

/// <summary>Draws the loss curves of a run as an SVG picture that needs nothing else to show.</summary>
internal sealed class LossChart
{
    private const int Width = 900;
    private const int Height = 480;
    private const int Left = 70;
    private const int Right = 24;
    private const int Top = 56;
    private const int Bottom = 56;
    private const int MaximumPoints = 800;
    private const string TrainColour = "#1f6fb2";
    private const string ValidationColour = "#c2410c";
    private const string ReferenceColour = "#57606a";

    /// <summary>The line above the picture.</summary>
    public string Title { get; init; } = "Loss";

    /// <summary>A level to compare with, such as the unigram entropy, and its name.</summary>
    public (string Name, double Loss)? Reference { get; init; }

    /// <summary>Draws the chart; losses that are not finite are left out.</summary>
    public string Draw(IReadOnlyList<StepReport> reports)
    {
        var train = Thin([.. reports.Where(report => double.IsFinite(report.Loss)).Select(report => ((double)report.Step, report.Loss))]);
        var validation = reports.Where(report => report.ValidationLoss is { } loss && double.IsFinite(loss)).Select(report => ((double)report.Step, report.ValidationLoss!.Value)).ToList();
        var all = train.Concat(validation).ToList();
        var losses = all.Select(point => point.Item2).Concat(Reference is { } line ? [line.Loss] : []).DefaultIfEmpty(0).ToList();
        var (low, high) = (losses.Min(), losses.Max());
        var margin = high > low ? (high - low) * 0.05 : Math.Max(0.5, Math.Abs(high) * 0.05);
        var frame = new Frame(all.Select(point => point.Item1).DefaultIfEmpty(0).Min(), all.Select(point => point.Item1).DefaultIfEmpty(1).Max(), low - margin, high + margin);

        var svg = new StringBuilder();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\" aria-label=\"{Escape(Title)}\">");
        Line(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>");
        Line(svg, $"<text x=\"{Left}\" y=\"26\" font-size=\"16\" font-weight=\"600\" fill=\"#1f2328\">{Escape(Title)}</text>");
        Axes(svg, frame);
        if (Reference is { } reference)
        {
            var y = Number(frame.Y(reference.Loss));
            Line(svg, $"<line class=\"reference\" x1=\"{Left}\" y1=\"{y}\" x2=\"{Width - Right}\" y2=\"{y}\" stroke=\"{ReferenceColour}\" stroke-width=\"1.5\" stroke-dasharray=\"6 4\"/>");
        }

        Curve(svg, "train", train, frame, TrainColour, 1.5);
        Curve(svg, "validation", validation, frame, ValidationColour, 2);
        foreach (var (step, loss) in validation)
        {
            Line(svg, $"<circle cx=\"{Number(frame.X(step))}\" cy=\"{Number(frame.Y(loss))}\" r=\"3\" fill=\"{ValidationColour}\"><title>step {Number(step)}: {Number(loss)}</title></circle>");
        }

        Legend(svg, train, validation);
        Line(svg, $"</svg>");
        return svg.ToString();
    }

    private static void Axes(StringBuilder svg, Frame frame)
    {
        Line(svg, $"<g stroke=\"#d0d7de\" fill=\"#57606a\">");
        foreach (var tick in Ticks.Between(frame.LowLoss, frame.HighLoss, 6))
        {
            var y = Number(frame.Y(tick));
            Line(svg, $"<line x1=\"{Left}\" y1=\"{y}\" x2=\"{Width - Right}\" y2=\"{y}\"/><text x=\"{Left - 8}\" y=\"{y}\" dy=\"0.35em\" text-anchor=\"end\" stroke=\"none\">{Number(tick)}</text>");
        }

        foreach (var tick in Ticks.Between(frame.FirstStep, frame.LastStep, 8).Where(tick => tick == Math.Round(tick)))
        {
            var x = Number(frame.X(tick));
            Line(svg, $"<line x1=\"{x}\" y1=\"{Height - Bottom}\" x2=\"{x}\" y2=\"{Height - Bottom + 5}\"/><text x=\"{x}\" y=\"{Height - Bottom + 20}\" text-anchor=\"middle\" stroke=\"none\">{Number(tick)}</text>");
        }

        Line(svg, $"<path d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\" fill=\"none\" stroke=\"#57606a\"/>");
        Line(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\" stroke=\"none\">step</text>");
        Line(svg, $"<text transform=\"translate(18 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\" stroke=\"none\">loss (nats a token)</text>");
        Line(svg, $"</g>");
    }

    private static void Curve(StringBuilder svg, string name, IReadOnlyList<(double Step, double Loss)> points, Frame frame, string colour, double width)
    {
        if (points.Count > 0)
        {
            Line(svg, $"<polyline class=\"{name}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{Number(width)}\" stroke-linejoin=\"round\" points=\"{string.Join(' ', points.Select(point => $"{Number(frame.X(point.Step))},{Number(frame.Y(point.Loss))}"))}\"/>");
        }
    }

    private void Legend(StringBuilder svg, IReadOnlyList<(double Step, double Loss)> train, IReadOnlyList<(double Step, double Loss)> validation)
    {
        var x = Left;
        Entry("training", train.Count > 0 ? train[^1].Loss : null, TrainColour, "");
        Entry("validation", validation.Count > 0 ? validation[^1].Loss : null, ValidationColour, "");
        if (Reference is { } reference)
        {
            Entry(reference.Name, reference.Loss, ReferenceColour, " stroke-dasharray=\"6 4\"");
        }

        void Entry(string name, double? loss, string colour, string dashes)
        {
            if (loss is { } value)
            {
                var label = $"{name} {Quantity.Fixed(value, 3)}";
                Line(svg, $"<line x1=\"{x}\" y1=\"42\" x2=\"{x + 24}\" y2=\"42\" stroke=\"{colour}\" stroke-width=\"2\"{dashes}/><text x=\"{x + 30}\" y=\"42\" dy=\"0.35em\" fill=\"#1f2328\">{Escape(label)}</text>");
                x += 54 + (label.Length * 7);
            }
        }
    }

    /// <summary>Replaces many points by the means of as many equal parts as the picture can show.</summary>
    private static List<(double Step, double Loss)> Thin(List<(double Step, double Loss)> points)
    {
        if (points.Count <= MaximumPoints)
        {
            return points;
        }

        return [.. Enumerable.Range(0, MaximumPoints).Select(i =>
        {
            var from = (int)((long)i * points.Count / MaximumPoints);
            var part = points[from..(int)((long)(i + 1) * points.Count / MaximumPoints)];
            return (part.Average(point => point.Step), part.Average(point => point.Loss));
        })];
    }

    private static void Line(StringBuilder svg, FormattableString text) => svg.Append(FormattableString.Invariant(text)).Append('\n');

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    // Characters that XML cannot hold at all are dropped.
    private static string Escape(string text) => SecurityElement.Escape(string.Concat(text.Where(c => c is '\t' or >= ' ' and < '\ud800' or > '\udfff' and < '\ufffe')));

    /// <summary>Where a step and a loss lie in the picture.</summary>
    private sealed record Frame(double FirstStep, double LastStep, double LowLoss, double HighLoss)
    {
        public double X(double step) => Math.Round(Left + ((step - FirstStep) / Math.Max(1, LastStep - FirstStep) * (Width - Left - Right)), 2);

        public double Y(double loss) => Math.Round(Height - Bottom - ((loss - LowLoss) / (HighLoss - LowLoss) * (Height - Top - Bottom)), 2);
    }
}
