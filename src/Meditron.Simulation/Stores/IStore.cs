namespace Meditron.Simulation.Stores;

/// <summary>A store as those who use it see it.</summary>
internal interface IStore
{
    /// <summary>Asks the store; the task fails if the outcome is not known, such as after a lost connection.</summary>
    Task<StoreReply> Ask(StoreRequest request);
}
