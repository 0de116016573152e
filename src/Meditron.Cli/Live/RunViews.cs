using Spectre.Console;

namespace Meditron.Cli.Live;

/// <summary>Chooses the view that fits the output and keeps it up while a run goes on.</summary>
internal static class RunViews
{
    /// <summary>Runs <paramref name="body"/> under a view that shows what it reports; every report goes into <paramref name="history"/> first.</summary>
    public static T Show<T>(CliContext context, RunHeader header, RunHistory history, Func<IRunView, T> body)
    {
        if (context.Plain)
        {
            var plain = new PlainView(header, history, context.WriteLine);
            plain.Begin();
            return body(new Recording(history, plain));
        }

        return context.Console.Live(new Text($"{header.Name}: starting"))
            .Overflow(VerticalOverflow.Ellipsis)
            .Start(live => body(new Recording(history, new LiveView(header, history, context.Console, context.Time, picture => live.UpdateTarget(picture)))));
    }

    private sealed class Recording(RunHistory history, IRunView view) : IRunView
    {
        public void Step(Training.StepReport report)
        {
            history.Add(report);
            view.Step(report);
        }

        public void Note(string text) => view.Note(text);
    }
}
