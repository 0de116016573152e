using System.Collections.Immutable;
using System.Text;

namespace Meditron.Actors.Tests.Specs;

/// <summary>The life of an actor system, and what it is set up with.</summary>
public class SystemSpec : ActorSpec
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_is_registered_for_the_end_runs_then_the_last_first()
    {
        var order = new List<int>();
        var system = ActorSystem.Create("registered");
        system.RegisterOnTermination(() => order.Add(1));
        system.RegisterOnTermination(() => order.Add(2));
        Assert.False(system.WhenTerminated.IsCompleted);
        Assert.True(system.Uptime >= TimeSpan.Zero);

        await system.Terminate().WaitAsync(_deadline);
        await system.WhenTerminated.WaitAsync(_deadline);
        Assert.Equal([2, 1], order);
    }

    [Fact]
    public async Task A_system_that_has_ended_takes_no_actors()
    {
        var system = ActorSystem.Create("ended");
        await system.Terminate().WaitAsync(_deadline);

        Assert.Throws<InvalidOperationException>(() => system.ActorOf(Props.Create(() => new BlackHoleActor())));
    }

    [Fact]
    public async Task A_configuration_may_come_by_a_setup()
    {
        var config = ConfigurationFactory.ParseString("own-key = 7, akka.stdout-loglevel = OFF");
        var system = ActorSystem.Create("bootstrap", BootstrapSetup.Create().WithConfig(config));
        Assert.Equal(7, system.Settings.Config.GetInt("own-key"));
        await system.Terminate().WaitAsync(_deadline);
    }

    [Fact]
    public async Task Serializers_may_come_by_a_setup()
    {
        var setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF")),
            SerializationSetup.Create(system => [SerializerDetails.Create("notes", new NoteSerializer(system), ImmutableHashSet.Create(typeof(Note)))]));
        var system = ActorSystem.Create("serializers", setup);
        var note = new Note("kept");
        var serializer = system.Serialization.FindSerializerFor(note);

        Assert.IsType<NoteSerializer>(serializer);
        Assert.Equal(note, system.Serialization.Deserialize(serializer.ToBinary(note), serializer.Identifier, ((SerializerWithStringManifest)serializer).Manifest(note)));
        await system.Terminate().WaitAsync(_deadline);
    }

    private sealed record Note(string Text);

    private sealed class NoteSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        public override int Identifier => 4711;

        public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Note)obj).Text);

        public override object FromBinary(byte[] bytes, string manifest) => new Note(Encoding.UTF8.GetString(bytes));

        public override string Manifest(object o) => "note";
    }
}
