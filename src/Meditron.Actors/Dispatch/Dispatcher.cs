using Meditron.Actors.Actor;

namespace Meditron.Actors.Dispatch;

/// <summary>Runs mailboxes on the threads of an executor that many actors share.</summary>
public class Dispatcher : MessageDispatcher
{
    private readonly IExecutor _executor;
    private readonly bool _owned;

    internal Dispatcher(string id, int throughput, IExecutor executor, bool owned)
        : base(id, throughput)
    {
        _executor = executor;
        _owned = owned;
    }

    internal override void Execute(IRunnable work) => _executor.Execute(work);

    internal override void Shutdown()
    {
        if (_owned)
        {
            _executor.Shutdown();
        }
    }
}
