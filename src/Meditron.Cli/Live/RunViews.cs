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
        private volatile bool broken;

        public void Step(Training.StepReport report)
        {
            history.Add(report);
            Show(() => view.Step(report));
        }

        public void Preparing(string what, double? share) => Show(() => view.Preparing(what, share));

        public void Begin(RunHeader header) => Show(() => view.Begin(header));

        public void Ranks(IReadOnlyList<Training.Distributed.Protocol.RankStatus> ranks) => Show(() => view.Ranks(ranks));

        public void Rank(Training.Distributed.Protocol.StepCompleted step) => Show(() => view.Rank(step));

        public void Note(string text) => Show(() => view.Note(text));

        /// <summary>Nobody may be left who reads what is shown: a run does not end of that.</summary>
        private void Show(Action show)
        {
            try
            {
                if (!broken)
                {
                    show();
                }
            }
            catch (IOException)
            {
                broken = true;
            }
        }
    }
}
