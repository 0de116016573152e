namespace Meditron.Actors.Tests.Specs;

public class ExtensionSpec : ActorSpec
{
    public ExtensionSpec()
        : base("akka.extensions = [\"Meditron.Actors.Tests.Specs.CountingExtension, Meditron.Actors.Tests\"]")
    {
    }

    [Fact]
    public void An_extension_is_made_once_and_found_by_its_type()
    {
        var made = new OtherExtension().Apply(Sys);

        Assert.Same(made, new OtherExtension().Apply(Sys));
        Assert.Same(made, new OtherExtension().Get(Sys));
        Assert.Same(made, Sys.GetExtension<Other>());
        Assert.Same(made, Sys.WithExtension<Other, OtherExtension>());
        Assert.True(Sys.HasExtension<Other>());
        Assert.True(Sys.TryGetExtension<Other>(out var found));
        Assert.Same(made, found);
    }

    [Fact]
    public void What_was_never_made_is_not_there()
    {
        Assert.False(Sys.HasExtension<Never>());
        Assert.False(Sys.HasExtension(typeof(Never)));
        Assert.False(Sys.TryGetExtension<Never>(out _));
    }

    [Fact]
    public void Extensions_of_the_configuration_are_made_with_the_system() => Assert.True(Sys.HasExtension<Counting>());

    [Fact]
    public void Each_system_has_its_own()
    {
        var other = ActorSystem.Create("other", "akka { stdout-loglevel = OFF, loglevel = OFF }");
        try
        {
            Assert.NotSame(new OtherExtension().Apply(Sys), new OtherExtension().Apply(other));
        }
        finally
        {
            Shutdown(other);
        }
    }

    [Fact]
    public void Many_threads_at_once_make_one()
    {
        var made = Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(8).Select(_ => new OtherExtension().Apply(Sys)).Distinct();

        Assert.Single(made);
    }

    [Fact]
    public void An_extension_that_fails_says_why()
    {
        var failure = Assert.ThrowsAny<Exception>(() => new FailingExtension().Apply(Sys));

        Assert.Contains("cannot be made", failure.ToString(), StringComparison.Ordinal);
    }

    private sealed class Never : IExtension;

    private sealed class Other : IExtension;

    private sealed class OtherExtension : ExtensionIdProvider<Other>
    {
        public override Other CreateExtension(ExtendedActorSystem system) => new();
    }

    private sealed class FailingExtension : ExtensionIdProvider<Never>
    {
        public override Never CreateExtension(ExtendedActorSystem system) => throw new NotSupportedException("cannot be made");
    }
}

public sealed class Counting : IExtension;

public sealed class CountingExtension : ExtensionIdProvider<Counting>
{
    public override Counting CreateExtension(ExtendedActorSystem system) => new();
}
