using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Compliance;

public sealed class SnapshotStoreOnFiles() : SnapshotStoreCompliance(new LocalStore())
{
    [Fact]
    public void A_damaged_snapshot_is_named_and_the_one_before_it_is_used()
    {
        Save(1, "good", 1);
        Save(2, "bad", 2);
        var newest = Directory.GetFiles(((LocalStore)Store).Folder).Order(StringComparer.Ordinal).Last();
        File.WriteAllBytes(newest, [0xff, 0xff]);

        EventFilter.Error(contains: newest).ExpectOne(() => Assert.Equal("good", Load(SnapshotSelectionCriteria.Latest)?.Snapshot));
    }

    [Fact]
    public void Where_none_of_the_newest_can_be_read_loading_fails()
    {
        Save(1, "bad", 1);
        File.WriteAllBytes(Assert.Single(Directory.GetFiles(((LocalStore)Store).Folder)), [0xff]);

        Snapshots.Tell(new LoadSnapshot(Pid, SnapshotSelectionCriteria.Latest, long.MaxValue), Actor.Ref);
        Assert.Contains(Pid, Actor.ExpectMsg<LoadSnapshotFailed>().Cause.Message, StringComparison.Ordinal);
    }
}
