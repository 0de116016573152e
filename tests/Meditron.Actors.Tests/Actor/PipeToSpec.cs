namespace Meditron.Actors.Tests.Specs;

public class PipeToSpec : ActorSpec
{
    [Fact]
    public void A_result_is_told_to_the_recipient()
    {
        var promise = new TaskCompletionSource<string>();
        promise.Task.PipeTo(TestActor);
        ExpectNoMsg(Quiet);
        promise.SetResult("done");

        ExpectMsg("done");
    }

    [Fact]
    public void A_failure_is_told_as_such()
    {
        var promise = new TaskCompletionSource<string>();
        promise.Task.PipeTo(TestActor);
        promise.SetException(new InvalidOperationException("broken"));

        Assert.Equal("broken", ExpectMsg<Status.Failure>().Cause.GetBaseException().Message);
    }

    [Fact]
    public void A_cancellation_is_told_as_a_failure()
    {
        Task.FromCanceled<string>(new CancellationToken(true)).PipeTo(TestActor);

        Assert.IsAssignableFrom<OperationCanceledException>(ExpectMsg<Status.Failure>().Cause.GetBaseException());
    }

    [Fact]
    public void Sender_and_translations_are_used()
    {
        var sender = CreateTestProbe();
        Task.FromResult(5).PipeTo(TestActor, sender.Ref, number => $"number {number}", exception => exception.Message);
        ExpectMsg("number 5");
        Assert.Equal(sender.Ref, LastSender);

        Task.FromException<int>(new InvalidOperationException("broken")).PipeTo(TestActor, sender.Ref, number => number, exception => exception.GetBaseException().Message);
        ExpectMsg("broken");
    }

    [Fact]
    public void A_task_without_a_result_tells_its_success_if_that_is_wanted()
    {
        Task.CompletedTask.PipeTo(TestActor, success: () => "finished");
        ExpectMsg("finished");
        Task.CompletedTask.PipeTo(TestActor);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Value_tasks_are_piped_too()
    {
        new ValueTask<string>("value").PipeTo(TestActor);

        ExpectMsg("value");
    }
}
