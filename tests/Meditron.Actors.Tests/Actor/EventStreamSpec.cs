namespace Meditron.Actors.Tests.Specs;

public class EventStreamSpec : ActorSpec
{
    [Fact]
    public void Subscribers_get_what_is_of_their_type_or_derived_from_it()
    {
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(Animal)));
        Sys.EventStream.Publish(new Animal());
        Sys.EventStream.Publish(new Dog());
        Sys.EventStream.Publish("no animal");

        Assert.Equal(typeof(Animal), ExpectMsg<Animal>().GetType());
        ExpectMsg<Dog>();
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Interfaces_can_be_subscribed_to()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(IPet));
        Sys.EventStream.Publish(new Dog());
        Sys.EventStream.Publish(new Animal());

        ExpectMsg<Dog>();
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_subscription_twice_is_one()
    {
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(Dog)));
        Assert.False(Sys.EventStream.Subscribe(TestActor, typeof(Dog)));
        Sys.EventStream.Publish(new Dog());

        ExpectMsg<Dog>();
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Unsubscribing_ends_it()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Dog));
        Sys.EventStream.Subscribe(TestActor, typeof(string));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor, typeof(Dog)));
        Sys.EventStream.Publish(new Dog());
        Sys.EventStream.Publish("text");
        ExpectMsg("text");

        Sys.EventStream.Unsubscribe(TestActor);
        Sys.EventStream.Publish("text");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_subscriber_that_ends_is_unsubscribed()
    {
        var subscriber = CreateTestProbe();
        Sys.EventStream.Subscribe(subscriber.Ref, typeof(Dog));
        Watch(subscriber.Ref);
        Sys.Stop(subscriber.Ref);
        ExpectTerminated(subscriber.Ref);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));

        // The stream is told of the end at about the same time as we are.
        AwaitAssert(() =>
        {
            Sys.EventStream.Publish(new Dog());
            ExpectNoMsg(TimeSpan.FromMilliseconds(20));
        });
    }

    private interface IPet;

    private class Animal;

    private sealed class Dog : Animal, IPet;
}
