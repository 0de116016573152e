using System.Collections.Immutable;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster.Tools.Singleton;

public sealed partial class ClusterSingletonManager
{
    private ImmutableList<UniqueAddress> _asked = [];
    private int _unanswered;

    private void Handle(IHandOverMessage message)
    {
        if (!Sender.Path.Address.Equals(message.From.Address))
        {
            _log.Warning("Ignoring {0}: it came from [{1}]", message, Sender.Path);
        }
        else if (!message.To.Equals(SelfNode))
        {
            AnswerForEarlierIncarnation(message);
        }
        else
        {
            switch (message)
            {
                case HandOverToMe:
                    AskedForIt(message.From);
                    break;
                case HandOverInProgress:
                    _unanswered = 0;
                    break;
                case HandOverDone:
                    _unanswered = 0;
                    _succession = _succession.Clear(message.From);
                    Follow();
                    break;
                case TakeOverFromMe when _asked.Contains(message.From) || _tenure == Tenure.Running:
                    Tell(message.From, new HandOverToMe(SelfNode, message.From));
                    break;
                default:
                    // The membership has not come to say so here; when it does, this node asks by itself.
                    break;
            }
        }
    }

    // Whoever was at this address before has ended, or this process could not be here.
    private void AnswerForEarlierIncarnation(IHandOverMessage message)
    {
        if (message is HandOverToMe && message.To.Address.Equals(SelfNode.Address))
        {
            Tell(message.From, new HandOverDone(message.To, message.From));
        }
    }

    private void AskedForIt(UniqueAddress asker)
    {
        if (_askers.Count < MostAskers)
        {
            _askers.Add(asker);
        }

        if (_tenure is Tenure.Ending or Tenure.ReleasingLease)
        {
            Tell(asker, new HandOverInProgress(SelfNode, asker));
        }

        Follow();
    }

    private bool MayHaveItInstead(UniqueAddress asker) => _departing || _succession.GoesBefore(asker);

    /// <summary>Stops the singleton as soon as another node is there to take it.</summary>
    private void GiveWay()
    {
        if (_tenure == Tenure.None)
        {
            return;
        }

        if (_tenure != Tenure.Running || _standing.Other is null || _gaveUp || _askers.Any(MayHaveItInstead))
        {
            End();
        }
        else if (!Timers.IsTimerActive(ManagerTick.RemindNext))
        {
            Timers.StartPeriodicTimer(ManagerTick.RemindNext, ManagerTick.RemindNext, _settings.HandOverRetryInterval);
            RemindNext();
        }
    }

    private void RemindNext()
    {
        if (_standing.Other is { } next)
        {
            Tell(next, new TakeOverFromMe(SelfNode, next));
        }
    }

    private void SayThatThereIsNone()
    {
        foreach (var asker in _askers.Where(MayHaveItInstead).ToList())
        {
            _askers.Remove(asker);
            Tell(asker, new HandOverDone(SelfNode, asker));
        }

        if (_departing && !_departed)
        {
            // This node will never have the singleton again. Whoever needs to know need not ask.
            _departed = true;
            foreach (var other in _others)
            {
                Tell(other, new HandOverDone(SelfNode, other));
            }

            _handedOver.TrySetResult(Done.Instance);
        }
    }

    private void AskForIt()
    {
        var ask = _standing.Kind == StandingKind.Next && _tenure == Tenure.None ? _standing.Ask : [];
        foreach (var node in ask.Except(_asked))
        {
            _unanswered = 0;
            Tell(node, new HandOverToMe(SelfNode, node));
        }

        _asked = ask;
        if (ask.IsEmpty)
        {
            Timers.Cancel(ManagerTick.AskAgain);
        }
        else if (!Timers.IsTimerActive(ManagerTick.AskAgain))
        {
            Timers.StartPeriodicTimer(ManagerTick.AskAgain, ManagerTick.AskAgain, _settings.HandOverRetryInterval);
        }
    }

    /// <exception cref="ClusterSingletonManagerIsStuckException">Too often in vain.</exception>
    private void AskAgain()
    {
        _unanswered++;
        if (_unanswered > _mostRetries && _standing.MustAnswer is { } silent)
        {
            throw new ClusterSingletonManagerIsStuckException(
                $"Becoming singleton oldest was stuck: [{silent.Address}], which had it before and leaves, has not answered {_mostRetries} times. "
                + "It is asked again after a restart of this manager; the singleton starts when it answers or is removed from the cluster.");
        }

        foreach (var node in _asked)
        {
            Tell(node, new HandOverToMe(SelfNode, node));
        }
    }

    private void WaitForDeaths()
    {
        if (_standing.NextDeath is { } at)
        {
            Timers.StartSingleTimer(ManagerTick.Death, ManagerTick.Death, at > Now ? at - Now : TimeSpan.Zero);
        }
        else
        {
            Timers.Cancel(ManagerTick.Death);
        }
    }
}
