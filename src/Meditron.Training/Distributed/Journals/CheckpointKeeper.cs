using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Journals;

/// <summary>Keeps the checkpoint coordinator running: commits wait for the journal, in their order.</summary>
internal sealed class CheckpointKeeper(string persistenceId, Props props, IActorRef listener) : JournalKeeper(persistenceId, props)
{
    private readonly List<CheckpointCommitted> waiting = [];

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

    protected override void TellBack(IActorRef coordinator)
    {
        var back = new DatabaseState { IsNew = true, Waiting = Steps.Count(), Seconds = AwayFor.TotalSeconds };
        back.Steps.AddRange(Steps);
        listener.Tell(back);
        foreach (var commit in waiting)
        {
            coordinator.Tell(new CommitAgain(commit));
        }

        waiting.Clear();
    }

    protected override bool Answer(object message) => false;
}
