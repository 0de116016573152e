using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Journals;

/// <summary>Keeps the checkpoint coordinator running: commits wait for the journal, in their order.</summary>
internal sealed class CheckpointKeeper(string persistenceId, Props props, IActorRef listener) : JournalKeeper(persistenceId, props)
{
    private readonly List<CheckpointCommitted> waiting = [];
    private readonly SortedSet<int> late = [];

    private IEnumerable<int> Steps => waiting.Select(commit => commit.Position.Step).Concat(Held.OfType<ShardWritten>().Select(written => written.Position.Step)).Distinct().Order();

    public static Props PropsFor(string persistenceId, Props props, IActorRef listener) =>
        Props.Create(() => new CheckpointKeeper(persistenceId, props, listener));

    protected override void TellAway(JournalAway away, bool isFirst)
    {
        if (away.Commit is { } commit && waiting.All(other => other.Position.Step != commit.Position.Step))
        {
            waiting.Add(commit);
        }

        listener.Tell(new DatabaseState { IsAway = true, IsNew = isFirst, Reason = away.Reason, Waiting = Steps.Count(), Seconds = AwayFor.TotalSeconds });
    }

    protected override bool Retry(IActorRef coordinator)
    {
        foreach (var commit in waiting)
        {
            coordinator.Tell(new CommitAgain(commit));
        }

        return waiting.Count > 0;
    }

    protected override bool Settle(int step)
    {
        if (waiting.RemoveAll(commit => commit.Position.Step == step) > 0)
        {
            late.Add(step);
        }

        return waiting.Count == 0;
    }

    protected override void TellBack(IActorRef coordinator)
    {
        late.UnionWith(Steps);
        var back = new DatabaseState { IsNew = true, Waiting = late.Count, Seconds = AwayFor.TotalSeconds };
        back.Steps.AddRange(late);
        late.Clear();
        listener.Tell(back);
    }

    protected override bool Answer(object message) => false;
}
