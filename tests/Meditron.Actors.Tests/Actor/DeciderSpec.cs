namespace Meditron.Actors.Tests.Specs;

public class DeciderSpec
{
    [Fact]
    public void The_first_pair_that_fits_decides()
    {
        var decider = Decider.From(Directive.Escalate, Directive.Stop.When<ArgumentNullException>(), Directive.Resume.When<ArgumentException>());

        Assert.Equal(Directive.Stop, decider.Decide(new ArgumentNullException()));
        Assert.Equal(Directive.Resume, decider.Decide(new ArgumentException()));
        Assert.Equal(Directive.Escalate, decider.Decide(new FormatException()));
    }

    [Fact]
    public void A_function_decides_anything()
    {
        var decider = Decider.From(failure => failure.Message == "a" ? Directive.Stop : Directive.Restart);

        Assert.Equal((Directive.Stop, Directive.Restart), (decider.Decide(new FormatException("a")), decider.Decide(new FormatException("b"))));
    }

    [Fact]
    public void By_default_all_is_restarted_but_what_could_not_be_created_was_killed_or_broke_its_pact()
    {
        var decider = SupervisorStrategy.DefaultDecider;

        Assert.Equal(Directive.Restart, decider.Decide(new FormatException()));
        Assert.Equal(Directive.Stop, decider.Decide(new ActorInitializationException("a")));
        Assert.Equal(Directive.Stop, decider.Decide(new ActorKilledException("a")));
        Assert.Equal(Directive.Stop, decider.Decide(new DeathPactException(ActorRefs.Nobody)));
    }

    [Fact]
    public void A_decider_of_pairs_shows_them_in_their_order()
    {
        var pairs = new[] { Directive.Stop.When<ArgumentNullException>(), Directive.Resume.When<ArgumentException>() };
        var decider = new DeployableDecider(Directive.Escalate, pairs);

        Assert.Equal(Directive.Escalate, decider.DefaultDirective);
        Assert.Equal(pairs, decider.Pairs);
        Assert.Equal(Directive.Restart, new DeployableDecider(Directive.Restart).Decide(new FormatException()));
        Assert.Same(decider, new AllForOneStrategy(3, 1000, decider).Decider);
    }

    [Fact]
    public void Deciders_of_pairs_are_equal_by_them()
    {
        var decider = Decider.From(Directive.Stop, Directive.Resume.When<FormatException>());

        Assert.Equal(decider, Decider.From(Directive.Stop, Directive.Resume.When<FormatException>()));
        Assert.NotEqual(decider, Decider.From(Directive.Restart, Directive.Resume.When<FormatException>()));
        Assert.Equal(new OneForOneStrategy(3, 1000, decider), new OneForOneStrategy(3, 1000, Decider.From(Directive.Stop, Directive.Resume.When<FormatException>())));
    }
}
