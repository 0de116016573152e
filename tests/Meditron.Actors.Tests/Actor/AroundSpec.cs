namespace Meditron.Actors.Tests.Specs;

/// <summary>What a base class can put around the hooks and the messages of an actor.</summary>
public class AroundSpec : ActorSpec
{
    [Fact]
    public void Each_hook_and_each_message_goes_through_what_is_around_it()
    {
        var actor = ActorOf(() => new Actual(TestActor));
        ExpectMsg("around PreStart");
        ExpectMsg("PreStart");
        actor.Tell("hello");
        ExpectMsg("around hello");
        ExpectMsg("hello");

        EventFilter.Exception<FormatException>().ExpectOne(() => actor.Tell("fail"));
        foreach (var step in new[] { "around fail", "around PreRestart", "PreRestart", "around PostRestart", "PostRestart", "PreStart" })
        {
            ExpectMsg(step);
        }

        Sys.Stop(actor);
        ExpectMsg("around PostStop");
        ExpectMsg("PostStop");
    }

    [Fact]
    public void What_is_around_may_keep_a_message_from_its_handler()
    {
        var actor = ActorOf(() => new Actual(TestActor));
        ExpectMsg("around PreStart");
        ExpectMsg("PreStart");
        actor.Tell("secret");
        ExpectMsg("around secret");
        actor.Tell("hello");
        ExpectMsg("around hello");
        ExpectMsg("hello");
    }

    private abstract class Around(IActorRef listener) : UntypedActor
    {
        protected IActorRef Listener { get; } = listener;

        public override void AroundPreStart()
        {
            Listener.Tell("around PreStart");
            base.AroundPreStart();
        }

        public override void AroundPostStop()
        {
            Listener.Tell("around PostStop");
            base.AroundPostStop();
        }

        public override void AroundPreRestart(Exception cause, object message)
        {
            Listener.Tell("around PreRestart");
            base.AroundPreRestart(cause, message);
        }

        public override void AroundPostRestart(Exception cause, object message)
        {
            Listener.Tell("around PostRestart");
            base.AroundPostRestart(cause, message);
        }

#if AKKANET
        protected override bool AroundReceive(Receive receive, object message) => Observe(message) || base.AroundReceive(receive, message);
#else
        protected internal override bool AroundReceive(Receive receive, object message) => Observe(message) || base.AroundReceive(receive, message);
#endif

        private bool Observe(object message)
        {
            Listener.Tell($"around {message}");
            return message is "secret";
        }
    }

    private sealed class Actual(IActorRef listener) : Around(listener)
    {
        protected override void PreStart() => Listener.Tell("PreStart");

        protected override void PostStop() => Listener.Tell("PostStop");

        protected override void PreRestart(Exception reason, object message) => Listener.Tell("PreRestart");

        protected override void PostRestart(Exception reason)
        {
            Listener.Tell("PostRestart");
            base.PostRestart(reason);
        }

        protected override void OnReceive(object message)
        {
            if (message is "fail")
            {
                throw new FormatException("as told");
            }

            Listener.Tell(message);
        }
    }
}
