using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Compliance;

/// <summary>What a snapshot store must do that serializes states.</summary>
public abstract class SqlSnapshotStoreCompliance(SqlStore store) : SnapshotStoreCompliance(store)
{
    [Fact]
    public void A_snapshot_that_cannot_be_stored_fails_and_the_one_before_it_stays()
    {
        Save(1, "good", 1);
        Snapshots.Tell(new SaveSnapshot(new SnapshotMetadata(Pid, 2, Start), new Unknown()), Actor.Ref);

        Assert.Contains(nameof(Unknown), Actor.ExpectMsg<SaveSnapshotFailure>().Cause.Message, StringComparison.Ordinal);
        Assert.Equal("good", Load(SnapshotSelectionCriteria.Latest)?.Snapshot);
    }

    private sealed class Unknown;
}
