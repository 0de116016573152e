namespace Meditron.Actors.Tests.Specs;

public class AskSpec : ActorSpec
{
    private readonly IActorRef _answerer;

    public AskSpec() => _answerer = ActorOf(() => new Answerer());

    [Fact]
    public async Task An_answer_completes_the_question()
    {
        Assert.Equal(42, await _answerer.Ask<int>("number", Deadline));
        Assert.Equal(42, await _answerer.Ask("number"));
    }

    [Fact]
    public async Task A_failure_as_answer_fails_the_question_with_its_cause()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => _answerer.Ask<int>("fail", Deadline));

        Assert.Equal("no answer to that", exception.Message);
    }

    [Fact]
    public async Task A_failure_is_an_answer_for_who_asks_for_one()
    {
        var failure = await _answerer.Ask<Status.Failure>("fail", Deadline);

        Assert.Equal("no answer to that", failure.Cause.Message);
    }

    [Fact]
    public async Task No_answer_in_time_fails_the_question()
    {
        await Assert.ThrowsAsync<AskTimeoutException>(() => _answerer.Ask<int>("silence", Quiet));
    }

    [Fact]
    public async Task A_question_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var question = _answerer.Ask<int>("silence", Deadline, cancellation.Token);
        Assert.False(question.IsCompleted);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => question);
    }

    [Fact]
    public async Task An_answer_of_another_type_fails_the_question()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => _answerer.Ask<string>("number", Deadline));
    }

    [Fact]
    public async Task The_question_may_be_made_from_the_reference_that_takes_the_answer()
    {
        Assert.Equal("to you", await _answerer.Ask<string>(replyTo => new Question(replyTo), Deadline, CancellationToken.None));
    }

    [Fact]
    public async Task Many_questions_get_their_own_answers()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => _answerer.Ask<int>(number, Deadline)));

        Assert.Equal(Enumerable.Range(0, 200), answers);
    }

    [Fact]
    public async Task A_selection_can_be_asked()
    {
        ActorOf(() => new Answerer(), "answerer");

        Assert.Equal(42, await Sys.ActorSelection("/user/answerer").Ask<int>("number", Deadline));
    }

    [Fact]
    public async Task An_actor_can_await_a_question()
    {
        var asker = ActorOf(() => new Asker(_answerer));

        Assert.Equal("got 42", await asker.Ask<string>("go", Deadline));
    }

    [Fact]
    public void Who_answers_is_answered_by_name_of_a_temporary_actor()
    {
        _ = TestActor.Ask<int>("who are you?", Deadline);
        ExpectMsg("who are you?");

        Assert.StartsWith("/temp/", LastSender.Path.ToStringWithoutAddress(), StringComparison.Ordinal);
    }

    private sealed record Question(IActorRef ReplyTo);

    private sealed class Answerer : ReceiveActor
    {
        public Answerer()
        {
            Receive<int>(number => Sender.Tell(number));
            Receive<Question>(question => question.ReplyTo.Tell("to you"));
            Receive<string>(message => message == "number", _ => Sender.Tell(42));
            Receive<string>(message => message == "fail", _ => Sender.Tell(new Status.Failure(new InvalidOperationException("no answer to that"))));
            Receive<string>(_ => { });
        }
    }

    private sealed class Asker : ReceiveActor
    {
        public Asker(IActorRef answerer) => ReceiveAsync<string>(async _ =>
        {
            var number = await answerer.Ask<int>("number", Deadline);
            Sender.Tell($"got {number}");
        });
    }
}
