using System.Runtime.Serialization;
using Google.Protobuf.WellKnownTypes;

namespace Meditron.Actors.Tests.Specs;

/// <summary>Only registered types pass, in either direction; whatever else comes is refused by name.</summary>
public class SerializationTests : ActorSpec
{
    public SerializationTests()
        : base("""
            akka.actor.serialization-bindings {
              "Google.Protobuf.WellKnownTypes.Timestamp, Google.Protobuf" = proto
            }
            """)
    {
    }

    public static TheoryData<object> Known => new("text", "", 7, -7L, true, false, 2.5, new byte[] { 1, 2, 3 }, new Timestamp { Seconds = 5 },
        new Identify("id"), PoisonPill.Instance, Kill.Instance, new Status.Success("done"), new Address("akka.tcp", "s", "h", 1), new Address("akka", "s"));

    [Theory]
    [MemberData(nameof(Known))]
    public void What_is_registered_comes_back_as_it_was(object message)
    {
        var copy = RoundTrip(message);

        Assert.IsType(message.GetType(), copy);
        switch (message)
        {
            case Identify identify:
                Assert.Equal(identify.MessageId, ((Identify)copy).MessageId);
                break;
            case Status.Success success:
                Assert.Equal(success.Status, ((Status.Success)copy).Status);
                break;
            default:
                Assert.Equal(message, copy);
                break;
        }
    }

    [Fact]
    public void A_reference_comes_back_as_one_to_the_same_actor()
    {
        Assert.Equal(TestActor, RoundTrip(TestActor));
        Assert.Equal(TestActor, ((ActorIdentity)RoundTrip(new ActorIdentity(1, TestActor))).Subject);
        Assert.Null(((ActorIdentity)RoundTrip(new ActorIdentity(1, null))).Subject);
    }

    [Fact]
    public void A_known_exception_comes_back_as_itself_and_another_as_what_can_be_read_of_it()
    {
        var known = (Status.Failure)RoundTrip(new Status.Failure(new InvalidOperationException("boom", new FormatException("inside"))));
        Assert.Equal("boom", Assert.IsType<InvalidOperationException>(known.Cause).Message);
        Assert.Equal("inside", Assert.IsType<FormatException>(known.Cause.InnerException).Message);

        var other = ((Status.Failure)RoundTrip(new Status.Failure(new Peculiar("boom")))).Cause;
        Assert.Contains($"{typeof(Peculiar).FullName}: boom", other.Message, StringComparison.Ordinal);
        Assert.IsNotType<Peculiar>(other);
    }

    [Fact]
    public void A_type_that_is_not_registered_is_refused_by_name_with_how_to_register_it()
    {
        var refused = Assert.Throws<SerializationException>(() => Sys.Serialization.FindSerializerFor(new Unregistered()));

        Assert.Contains(typeof(Unregistered).FullName!, refused.Message, StringComparison.Ordinal);
        Assert.Contains("akka.actor.serialization-bindings", refused.Message, StringComparison.Ordinal);
        Assert.Contains("proto", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_serializer_that_is_not_there_is_refused_by_its_number()
    {
        var refused = Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([1, 2], 12345, "M"));

        Assert.Contains("no serializer has identifier 12345 (manifest [M])", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", "X")]
    [InlineData("text", "I")]
    [InlineData(true, "B!")]
    public void A_manifest_that_is_not_known_is_refused_by_name(object of, string manifest)
    {
        var serializer = Sys.Serialization.FindSerializerFor(of);
        var refused = Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([9], serializer.Identifier, manifest));

        Assert.Contains($"[{manifest}]", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_protobuf_message_whose_file_is_not_registered_is_refused_in_both_directions()
    {
        var serializer = Sys.Serialization.FindSerializerFor(new Timestamp());
        Assert.Contains("not registered", Assert.Throws<SerializationException>(() => RoundTrip(new Duration())).Message, StringComparison.Ordinal);
        Assert.Contains(
            "[google.protobuf.Duration] is not registered",
            Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([], serializer.Identifier, "google.protobuf.Duration")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_message_are_refused_with_what_they_were_to_be()
    {
        var serializer = Sys.Serialization.FindSerializerFor(new Timestamp());
        var refused = Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([0xFF, 0xFF], serializer.Identifier, "google.protobuf.Timestamp"));

        Assert.Contains("google.protobuf.Timestamp", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_nested_without_end_is_refused()
    {
        object message = "core";
        for (var i = 0; i < 40; i++)
        {
            message = new Status.Success(message);
        }

        var serializer = Sys.Serialization.FindSerializerFor(message);
        var bytes = Sys.Serialization.Serialize(message);

        Assert.ThrowsAny<SerializationException>(() => Sys.Serialization.Deserialize(bytes, serializer.Identifier, "SS"));
    }

    [Theory]
    [InlineData("serializers.x = \"No.Such, Serializer\"", "akka.actor.serializers.x names the type 'No.Such, Serializer'")]
    [InlineData("serializers.x = \"System.String\"", "akka.actor.serializers.x names System.String, which is no serializer")]
    [InlineData("serialization-bindings { \"System.Guid\" = nothing }", "names the serializer 'nothing'")]
    [InlineData("serialization-bindings { \"No.Such, Type\" = bytes }", "akka.actor.serialization-bindings names the type 'No.Such, Type'")]
    public void A_binding_that_cannot_be_is_refused_by_its_key(string settings, string why)
    {
        var refused = Assert.Throws<ConfigurationException>(() => ActorSystem.Create("bad", $"akka {{ stdout-loglevel = OFF, actor {{ {settings} }} }}"));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_verification_messages_between_local_actors_are_copied()
    {
        var system = ActorSystem.Create("verifying", "akka { stdout-loglevel = OFF, loglevel = OFF, actor.serialize-messages = on }");
        try
        {
            var message = new byte[] { 1, 2 };
            using var inbox = Inbox.Create(system);
            inbox.Receiver.Tell(message);
            var copy = inbox.Receive(TimeSpan.FromSeconds(20));

            Assert.Equal(message, copy);
            Assert.Throws<SerializationException>(() => inbox.Receiver.Tell(new Unregistered()));
        }
        finally
        {
            Shutdown(system);
        }
    }

    private object RoundTrip(object message)
    {
        var serializer = Sys.Serialization.FindSerializerFor(message);
        var manifest = serializer is SerializerWithStringManifest named ? named.Manifest(message) : "";
        return Sys.Serialization.Deserialize(Sys.Serialization.Serialize(message), serializer.Identifier, manifest);
    }

    private sealed class Unregistered;

    private sealed class Peculiar(string message) : Exception(message);
}
