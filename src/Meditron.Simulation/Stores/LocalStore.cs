namespace Meditron.Simulation.Stores;

/// <summary>A store on the disk of its process's own machine.</summary>
internal sealed class LocalStore(NodeProcess process) : IStore
{
    private const string File = "store.log";

    private StoreEngine? _engine;

    public Task<StoreReply> Ask(StoreRequest request)
    {
        var promise = process.Runtime.NewPromise<StoreReply>();
        try
        {
            _engine ??= new StoreEngine(process, File);
            _engine.Handle(request, (reply, failure) => Settle(promise, reply, failure));
        }
        catch (IOException e)
        {
            Settle(promise, null, e);
        }

        return promise.Task;
    }

    private void Settle(TaskCompletionSource<StoreReply> promise, StoreReply? reply, Exception? failure)
    {
        if (failure is null)
        {
            promise.TrySetResult(reply!);
            return;
        }

        // What is in memory may not be on the disk: it is read again.
        _engine = null;
        promise.TrySetException(failure);
    }
}
