using Meditron.Actors.Event;
using Meditron.Actors.Pattern;
using Meditron.Actors.Persistence.Journal;

namespace Meditron.Actors.Persistence.Tests.Journal;

public class ReplayWindowTests
{
    [Theory]
    [InlineData("A1 A2 A3", "A1 A2 A3")]
    [InlineData("A1 A2 B3 B4", "A1 A2 B3 B4")]
    [InlineData("A1 A1 A2", "A1 A1 A2")]
    [InlineData("A1 A2 A3 B3 B4", "A1 A2 B3 B4")]
    [InlineData("A1 A2 B3 A3 B4 A4 B5", "A1 A2 B3 B4 B5")]
    [InlineData("A1 A2 A3 B2 B3", "A1 B2 B3")]
    [InlineData("A1 A3 A2 A4", "A1 A3 A4")]
    [InlineData("A1 B2 C3 A4 B4 C4", "A1 B2 C3 C4")]
    public void Events_of_older_writers_are_left_out(string replayed, string expected) => Assert.Equal(expected, Replay(ReplayFilterMode.RepairByDiscardOld, 100, 10, replayed));

    [Theory]
    [InlineData("A1 A2 A3 B3 B4")]
    [InlineData("A1 A2 B3 A3 B4")]
    [InlineData("A1 A3 A2")]
    public void They_can_be_replayed_all_the_same(string replayed) => Assert.Equal(replayed, Replay(ReplayFilterMode.Warn, 100, 10, replayed));

    [Theory]
    [InlineData("A1 A2 A3 B3 B4")]
    [InlineData("A1 A2 B3 A3 B4")]
    [InlineData("A1 A3 A2")]
    public void They_can_end_the_replay(string replayed) => Assert.Throws<IllegalStateException>(() => Replay(ReplayFilterMode.Fail, 100, 10, replayed));

    [Fact]
    public void What_has_left_the_window_is_out() => Assert.Equal("A1 A2 A3 B3", Replay(ReplayFilterMode.RepairByDiscardOld, 1, 10, "A1 A2 A3 B3"));

    [Fact]
    public void Only_so_many_old_writers_are_remembered() => Assert.Equal("A1 B2 C3 A4", Replay(ReplayFilterMode.RepairByDiscardOld, 100, 1, "A1 B2 C3 A4"));

    private static string Replay(ReplayFilterMode mode, int window, int oldWriters, string events)
    {
        var emitted = new List<string>();
        var filter = new ReplayWindow(
            new ReplayFilterSettings(mode, window, oldWriters, false), NoLogger.Instance, message => emitted.Add($"{message.Persistent.WriterGuid}{message.Persistent.SequenceNr}"));
        foreach (var each in events.Split(' '))
        {
            filter.Offer(new ReplayedMessage(new Persistent("x", each[1] - '0', "p", writerGuid: each[..1])));
        }

        filter.End();
        return string.Join(' ', emitted);
    }
}
