using Meditron.Actors.Util;

namespace Meditron.Actors.Actor.Setup;

/// <summary>The setups an actor system is made from, at most one of each type.</summary>
public sealed class ActorSystemSetup
{
    /// <summary>No setup at all.</summary>
    public static readonly ActorSystemSetup Empty = new([]);

    private readonly Setup[] _setups;

    private ActorSystemSetup(Setup[] setups) => _setups = setups;

    /// <summary>Collects setups; of two of one type the later wins.</summary>
    public static ActorSystemSetup Create(params Setup[] setups) => setups.Aggregate(Empty, static (all, setup) => all.With(setup));

    /// <summary>The setup of a type, if there is one.</summary>
    public Option<T> Get<T>()
        where T : Setup => _setups.OfType<T>().FirstOrDefault()!;

    /// <summary>These setups and one more, which replaces one of its type.</summary>
    public ActorSystemSetup WithSetup<T>(T setup)
        where T : Setup => With(setup);

    /// <summary>These setups and one more.</summary>
    public ActorSystemSetup And<T>(T setup)
        where T : Setup => With(setup);

    /// <inheritdoc/>
    public override string ToString() => $"ActorSystemSetup({string.Join(", ", _setups.Select(static s => s.GetType().Name))})";

    private ActorSystemSetup With(Setup setup) => new([.. _setups.Where(s => s.GetType() != setup.GetType()), setup]);
}
