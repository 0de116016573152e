namespace Meditron.Simulation.Checks;

/// <summary>No actor fails, and nothing else is logged as an error, but what the scenario expects.</summary>
internal sealed class ErrorCheck
{
    private readonly World _world;
    private readonly List<Func<Error, bool>> _expected = [];

    public ErrorCheck(World world)
    {
        _world = world;
        world.ErrorLogged = Take;
    }

    /// <summary>Expects errors of a kind.</summary>
    public ErrorCheck Expect(Func<Error, bool> kind)
    {
        _expected.Add(kind);
        return this;
    }

    private void Take(NodeProcess process, Error error)
    {
        if (!_expected.Exists(kind => kind(error)))
        {
            _world.Violate("no unexpected error", $"{process.Name} logs: {error.Message} ({error.LogSource})", error.Cause);
        }
    }
}
