using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Stores;
using Meditron.Actors.TestKit;

namespace Meditron.Actors.Persistence.Tests.Compliance;

/// <summary>What every snapshot store must do, asked in its own protocol.</summary>
public abstract class SnapshotStoreCompliance(Store store) : PersistenceSpec(store)
{
    protected static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);
    private TestProbe? _actor;

    protected TestProbe Actor => _actor ??= CreateTestProbe();

    protected IActorRef Snapshots => Persistence.Instance.Apply(Sys).SnapshotStoreFor(null);

    [Fact]
    public void AnActor_without_snapshots_has_none()
    {
        Assert.Null(Load(SnapshotSelectionCriteria.Latest));
        Assert.Null(Load(SnapshotSelectionCriteria.None));
    }

    [Fact]
    public void The_newest_snapshot_comes_back_with_its_name_and_state()
    {
        var saved = SaveFive();

        var found = Load(SnapshotSelectionCriteria.Latest);

        Assert.Equal(saved[4], found!.Metadata);
        Assert.Equal("s-5", found.Snapshot);
        Assert.Equal(DateTimeKind.Utc, found.Metadata.Timestamp.Kind);
    }

    [Theory]
    [InlineData(13, 99, long.MaxValue, 3)]
    [InlineData(13, 99, 11, 1)]
    [InlineData(99, 2, long.MaxValue, 2)]
    [InlineData(14, 3, long.MaxValue, 3)]
    [InlineData(10, 99, long.MaxValue, 0)]
    [InlineData(99, 99, 10, 0)]
    public void The_newest_that_fits_is_chosen(long maxNumber, int maxMinutes, long to, int expected)
    {
        SaveFive();

        var found = Load(new SnapshotSelectionCriteria(maxNumber, Start.AddMinutes(maxMinutes)), to);

        Assert.Equal(expected == 0 ? null : $"s-{expected}", found?.Snapshot);
    }

    [Fact]
    public void Lower_bounds_hold_too()
    {
        SaveFive();

        Assert.Null(Load(new SnapshotSelectionCriteria(99, DateTime.MaxValue, 16)));
        Assert.Equal("s-5", Load(new SnapshotSelectionCriteria(99, DateTime.MaxValue, 15))?.Snapshot);
        Assert.Null(Load(new SnapshotSelectionCriteria(99, DateTime.MaxValue, 0, Start.AddMinutes(6))));
    }

    [Fact]
    public void Saving_again_replaces()
    {
        SaveFive();
        Save(15, "again", 7);

        Assert.Equal("again", Load(SnapshotSelectionCriteria.Latest)?.Snapshot);
        Assert.Equal("s-4", Load(new SnapshotSelectionCriteria(14))?.Snapshot);
    }

    [Fact]
    public void One_is_deleted_by_its_number_and_its_time_if_it_has_one()
    {
        var saved = SaveFive();
        Delete(new SnapshotMetadata(Pid, 15, saved[0].Timestamp));
        Assert.Equal("s-5", Load(SnapshotSelectionCriteria.Latest)?.Snapshot);

        Delete(saved[4]);
        Assert.Equal("s-4", Load(SnapshotSelectionCriteria.Latest)?.Snapshot);
        Delete(new SnapshotMetadata(Pid, 14));
        Assert.Equal("s-3", Load(SnapshotSelectionCriteria.Latest)?.Snapshot);
        Delete(new SnapshotMetadata(Pid, 14));
    }

    [Theory]
    [InlineData(13, 99, "s-5")]
    [InlineData(99, 3, "s-5")]
    [InlineData(99, 99, null)]
    public void Those_that_fit_are_deleted(long maxNumber, int maxMinutes, string? newest)
    {
        SaveFive();
        var criteria = new SnapshotSelectionCriteria(maxNumber, Start.AddMinutes(maxMinutes));
        Snapshots.Tell(new DeleteSnapshots(Pid, criteria), Actor.Ref);
        Actor.ExpectMsg(new DeleteSnapshotsSuccess(criteria));

        Assert.Null(Load(new SnapshotSelectionCriteria(13)));
        Assert.Equal(newest, Load(SnapshotSelectionCriteria.Latest)?.Snapshot);
    }

    [Fact]
    public void Actors_do_not_see_each_others_snapshots()
    {
        SaveFive();
        Snapshots.Tell(new DeleteSnapshots(Pid + "x", SnapshotSelectionCriteria.Latest), Actor.Ref);
        Actor.ExpectMsg<DeleteSnapshotsSuccess>();
        Snapshots.Tell(new LoadSnapshot(Pid + "x", SnapshotSelectionCriteria.Latest, long.MaxValue), Actor.Ref);

        Assert.Null(Actor.ExpectMsg<LoadSnapshotResult>().Snapshot);
        Assert.Equal("s-5", Load(SnapshotSelectionCriteria.Latest)?.Snapshot);
    }

    [Fact]
    public void A_large_snapshot_survives()
    {
        var large = new string('y', 5_000_000);
        Save(1, large, 1);

        Assert.Equal(large, Load(SnapshotSelectionCriteria.Latest)?.Snapshot);
    }

    private SnapshotMetadata[] SaveFive() => [.. Enumerable.Range(1, 5).Select(i => Save(10 + i, $"s-{i}", i))];

    protected SnapshotMetadata Save(long number, object state, int minutes)
    {
        var metadata = new SnapshotMetadata(Pid, number, Start.AddMinutes(minutes));
        Snapshots.Tell(new SaveSnapshot(metadata, state), Actor.Ref);
        Assert.Equal(metadata, Actor.ExpectMsg<SaveSnapshotSuccess>().Metadata);
        return metadata;
    }

    private void Delete(SnapshotMetadata metadata)
    {
        Snapshots.Tell(new DeleteSnapshot(metadata), Actor.Ref);
        Actor.ExpectMsg(new DeleteSnapshotSuccess(metadata));
    }

    protected SelectedSnapshot? Load(SnapshotSelectionCriteria criteria, long to = long.MaxValue)
    {
        Snapshots.Tell(new LoadSnapshot(Pid, criteria, to), Actor.Ref);
        var result = Actor.ExpectMsg<LoadSnapshotResult>();
        Assert.Equal(to, result.ToSequenceNr);
        return result.Snapshot;
    }
}
