using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

public partial class Cluster
{
    private readonly Lock _leaveLock = new();
    private TaskCompletionSource<Done>? _leaving;

    /// <summary>Joins through a member; the task completes once this node is Up.</summary>
    /// <exception cref="ClusterJoinFailedException">It is not Up after retry-unsuccessful-join-after (10 s if that is off), or was shut down.</exception>
    public Task JoinAsync(Address address, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return UntilUp(
            () => Join(address),
            Settings.RetryUnsuccessfulJoinAfter,
            $"Node {SelfAddress} has not managed to join the cluster using provided address: {address}.",
            token);
    }

    /// <summary>Joins through whichever of these nodes answers; the task completes once this node is Up.</summary>
    /// <exception cref="ClusterJoinFailedException">It is not Up after shutdown-after-unsuccessful-join-seed-nodes (10 s if that is off), or was shut down.</exception>
    public Task JoinSeedNodesAsync(IEnumerable<Address> seedNodes, CancellationToken token = default)
    {
        var seeds = seedNodes.ToList();
        return UntilUp(
            () => JoinSeedNodes(seeds),
            Settings.ShutdownAfterUnsuccessfulJoinSeedNodes,
            $"Node {SelfAddress} has not managed to join the cluster using provided seed node addresses: {string.Join(", ", seeds)}.",
            token);
    }

    /// <summary>Lets this node leave gracefully; the task completes once it is removed.</summary>
    public Task LeaveAsync() => LeaveSelf();

    /// <summary>Lets this node leave gracefully; the task completes once it is removed, or is cancelled without stopping the leaving.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) => LeaveSelf().WaitAsync(Timeout.InfiniteTimeSpan, Runtime.Time, cancellationToken);

    private Task UntilUp(Action join, TimeSpan? timeout, string failure, CancellationToken token)
    {
        if (IsTerminated)
        {
            throw new ClusterJoinFailedException($"Node {SelfAddress} cannot join: its part of the cluster has been shut down; start a new actor system.");
        }

        if (IsUp)
        {
            return Task.CompletedTask;
        }

        var promise = Runtime.NewPromise<Done>();
        var timer = new Cancelable(System.Scheduler);
        System.Scheduler.Advanced.ScheduleOnce(
            timeout ?? TimeSpan.FromSeconds(10), () => promise.TrySetException(new ClusterJoinFailedException(failure)), timer);
        var registration = token.Register(() => promise.TrySetCanceled(token));
        RegisterOnMemberUp(() =>
        {
            timer.Cancel();
            registration.Dispose();
            promise.TrySetResult(Done.Instance);
        });
        RegisterOnMemberRemoved(() =>
        {
            timer.Cancel();
            promise.TrySetException(new ClusterJoinFailedException($"Node {SelfAddress} was shut down before it had joined."));
        });
        join();
        return promise.Task;
    }

    private Task LeaveSelf()
    {
        lock (_leaveLock)
        {
            if (IsTerminated)
            {
                return Task.CompletedTask;
            }

            if (_leaving is null)
            {
                var promise = _leaving = Runtime.NewPromise<Done>();
                RegisterOnMemberRemoved(() => promise.TrySetResult(Done.Instance));
                _daemon.Tell(new LeaveMember(SelfAddress));
            }

            return _leaving.Task;
        }
    }
}
