using Spectre.Console;

namespace Meditron.Cli.Live;

/// <summary>Chooses the view that fits the output and keeps it up while a run goes on.</summary>
internal static class RunViews
{
    /// <summary>Runs <paramref name="body"/> under a view that shows what it reports; every report goes into <paramref name="history"/> first.</summary>
    public static T Show<T>(CliContext context, RunHistory history, Func<IRunView, T> body)
    {
        if (context.Plain)
        {
            return body(new Recording(history, new PlainView(history, context.WriteLine)));
        }

        return context.Console.Live(new Text("starting"))
            .Overflow(VerticalOverflow.Ellipsis)
            .Start(live => body(new Recording(history, new LiveView(history, context.Console, context.Time, picture => live.UpdateTarget(picture)))));
    }

    private sealed class Recording(RunHistory history, IRunView view) : IRunView
    {
        public void Step(Training.StepReport report)
        {
            history.Add(report);
            view.Step(report);
        }

        public void Preparing(string what, double? share) => view.Preparing(what, share);

        public void Begin(RunHeader header) => view.Begin(header);

        public void Ranks(IReadOnlyList<Training.Distributed.Protocol.RankStatus> ranks) => view.Ranks(ranks);

        public void Rank(Training.Distributed.Protocol.StepCompleted step) => view.Rank(step);

        public void Note(string text) => view.Note(text);
    }
}
