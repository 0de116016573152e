namespace Meditron.Simulation.Stores;

/// <summary>Gives an actor system its stores: one that all share, and one of its machine's own.</summary>
internal sealed class StoreSetup(NodeProcess process) : Setup
{
    /// <summary>The database.</summary>
    public IStore Shared { get; } = new DatabaseClient(process);

    /// <summary>The store on the machine's own disk.</summary>
    public IStore Local { get; } = new LocalStore(process);

    /// <summary>The stores of a system.</summary>
    public static StoreSetup Of(ActorSystem system) => system.Settings.Setup.Get<StoreSetup>().Value;
}
