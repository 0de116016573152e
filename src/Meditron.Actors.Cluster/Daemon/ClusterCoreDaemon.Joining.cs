using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster;

internal sealed partial class ClusterCoreDaemon
{
    // Asked while this node is in no cluster itself; they are answered as soon as it is. Bounded, as anybody can ask.
    private const int MostWaiting = 1000;

    private readonly SortedDictionary<Address, (InitJoin Message, IActorRef Sender)> _askedBefore = new(Member.AddressOrdering);
    private ImmutableList<Address> _seedNodes = [];
    private Address? _joiningThrough;
    private IActorRef? _search;
    private int _searches;
    private string _lastFinding = "";

    private bool HandleWhileJoining(object message)
    {
        switch (message)
        {
            case InitJoin m:
                AskedTooEarly(m, Sender);
                return true;
            case JoinSeedNodes m:
                SearchSeeds(m.SeedNodes);
                return true;
            case JoinTo m:
                JoinThrough(m.Address);
                return true;
            case Welcome m:
                Welcomed(m);
                return true;
            case JoinRefused m:
                Refused(m);
                return true;
            case ThisActorSystemQuarantinedEvent m:
                GivenUpBy(m.RemoteAddress);
                return true;
            case SearchFinding m:
                _lastFinding = m.Text;
                return true;
            case SearchRefused m:
                RefusedForConfiguration(m.Differences, m.By);
                return true;
            case CoreTick.RetryJoin:
                RetryJoin();
                return true;
            case CoreTick.GiveUpJoining:
                GiveUpJoining();
                return true;
            case LeaveMember m when m.Address.Equals(SelfNode.Address):
                _cluster.LogInfo("Leaving before having joined, shutting down");
                Shutdown();
                return true;
            default:
                // Gossip, joins and ticks mean nothing to a node that is in no cluster.
                return message is not ICoreCommand;
        }
    }

    private void AskedTooEarly(InitJoin message, IActorRef sender)
    {
        var asking = sender.Path.Address;
        _cluster.LogInfo("Received InitJoin message from [{0}], but this node is not initialized yet", sender.Path);
        sender.Tell(new InitJoinNack(SelfNode.Address));
        if (_askedBefore.Count < MostWaiting)
        {
            _askedBefore[asking] = (message, sender);
        }

        // Who looks for a cluster is in none: as good as a "no" to this node's own question.
        _search?.Tell(new SeedIsSearching(asking));
    }

    private void SearchSeeds(ImmutableList<Address> seeds)
    {
        if (seeds.IsEmpty)
        {
            _cluster.LogInfo("No seed nodes given, nothing to join");
            return;
        }

        StopSearch();
        _seedNodes = seeds;
        _joiningThrough = null;
        if (Settings.ShutdownAfterUnsuccessfulJoinSeedNodes is { } limit && !Timers.IsTimerActive(CoreTick.GiveUpJoining))
        {
            Timers.StartSingleTimer(CoreTick.GiveUpJoining, CoreTick.GiveUpJoining, limit);
        }

        var self = SelfNode.Address;
        var others = seeds.Where(s => !s.Equals(self)).Distinct().ToImmutableList();
        var first = seeds[0].Equals(self);
        if (others.IsEmpty)
        {
            JoinThrough(self);
            return;
        }

        var cluster = _cluster;
        var configuration = _configuration;
        var parent = Self;
        _searches++;
        _search = Context.ActorOf(
            cluster.WithDispatcher(Props.Create(() => new SeedNodeSearch(cluster, parent, others, first, configuration))),
            $"{(first ? "firstSeedNodeProcess" : "joinSeedNodeProcess")}-{_searches}");
    }

    private void StopSearch()
    {
        if (_search is not null)
        {
            Context.Stop(_search);
            _search = null;
        }
    }

    private void JoinThrough(Address address)
    {
        var self = SelfNode.Address;
        if (!string.Equals(address.Protocol, self.Protocol, StringComparison.Ordinal))
        {
            _cluster.LogWarning("Trying to join member with wrong protocol, but was ignored, expected [{0}] but was [{1}]", self.Protocol, address.Protocol);
            return;
        }

        if (!string.Equals(address.System, self.System, StringComparison.Ordinal))
        {
            _cluster.LogWarning("Trying to join member with wrong ActorSystem name, but was ignored, expected [{0}] but was [{1}]", self.System, address.System);
            return;
        }

        StopSearch();
        if (address.Equals(self))
        {
            BecomeMember();
            AdmitSelf();
            AnswerThoseWhoAsked();
            return;
        }

        _joiningThrough = address;
        if (Settings.RetryUnsuccessfulJoinAfter is { } retry)
        {
            Timers.StartSingleTimer(CoreTick.RetryJoin, CoreTick.RetryJoin, retry);
        }

        CoreOf(address).Tell(new Join(SelfNode, _cluster.SelfRoles, Settings.AppVersion, _configuration), Self);
    }

    private void RetryJoin()
    {
        if (_joiningThrough is not { } through)
        {
            return;
        }

        _lastFinding = $"{through} did not welcome this node";
        if (_seedNodes.IsEmpty)
        {
            _cluster.LogInfo("Not welcomed by [{0}] after [{1}], trying again", through, Settings.RetryUnsuccessfulJoinAfter);
            JoinThrough(through);
        }
        else
        {
            _cluster.LogInfo("Not welcomed by [{0}] after [{1}], asking the seed nodes again", through, Settings.RetryUnsuccessfulJoinAfter);
            SearchSeeds(_seedNodes);
        }
    }

    private void GiveUpJoining()
    {
        _cluster.LogError(
            "Joining of seed-nodes [{0}] was unsuccessful after configured shutdown-after-unsuccessful-join-seed-nodes [{1}]: {2}. Running CoordinatedShutdown.",
            Addresses(_seedNodes),
            Settings.ShutdownAfterUnsuccessfulJoinSeedNodes,
            _lastFinding.Length == 0 ? "none of them has answered" : _lastFinding);
        EndUnsuccessful();
    }

    private void Refused(JoinRefused message)
    {
        if (message.Address.Equals(_joiningThrough))
        {
            RefusedForConfiguration(message.Differences, message.Address);
        }
    }

    // It may have been admitted, and removed again before the welcome came. Another incarnation can join.
    private void GivenUpBy(Address member)
    {
        if (_seedNodes.Contains(member) || member.Equals(_joiningThrough))
        {
            _cluster.LogError("Cannot join the cluster of [{0}]: it has given this incarnation up and never speaks to it again; restart this node. Running CoordinatedShutdown.", member);
            EndUnsuccessful();
        }
    }

    private void RefusedForConfiguration(ImmutableList<ConfigurationDifference> differences, Address by)
    {
        _cluster.LogError(
            "Cannot join the cluster of [{0}]: its settings differ from this node's. {1}. All nodes of a cluster must agree on these; change them here. Running CoordinatedShutdown.",
            by,
            string.Join("; ", differences));
        EndUnsuccessful();
    }

    private void EndUnsuccessful()
    {
        _stopping = true;
        StopSearch();
        Timers.CancelAll();
        var shutdown = CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance);
        _ = shutdown;
        Shutdown();
    }

    private void Welcomed(Welcome message)
    {
        if (_joiningThrough is not null && !_joiningThrough.Equals(message.From.Address))
        {
            _cluster.LogInfo("Ignoring welcome from [{0}] when trying to join with [{1}]", message.From.Address, _joiningThrough);
            return;
        }

        if (!message.Gossip.HasMember(SelfNode))
        {
            _cluster.LogInfo("Ignoring welcome from [{0}], which does not contain this incarnation", message.From.Address);
            return;
        }

        _cluster.LogInfo("Welcome from [{0}]", message.From.Address);
        BecomeMember();
        Adopt(message.Gossip.MarkSeen(SelfNode));
        GossipTo(message.From);
        AnswerThoseWhoAsked();
    }

    private void AnswerThoseWhoAsked()
    {
        foreach (var (message, sender) in _askedBefore.Values)
        {
            Answer(message, sender);
        }

        _askedBefore.Clear();
    }

    private void Answer(InitJoin message, IActorRef sender)
    {
        if (SelfStatus is MemberStatus.Down or MemberStatus.Exiting or MemberStatus.Removed)
        {
            _cluster.LogInfo("Sending InitJoinNack message from node [{0}] to [{1}], as this node is [{2}]", SelfNode.Address, sender.Path, SelfStatus);
            sender.Tell(new InitJoinNack(SelfNode.Address));
        }
        else
        {
            var differences = _configuration.DifferencesFrom(message.Configuration);
            if (!differences.IsEmpty)
            {
                _cluster.LogWarning("[{0}] wants to join, but its settings differ: {1}", sender.Path.Address, string.Join("; ", differences));
            }

            sender.Tell(new InitJoinAck(SelfNode.Address, differences));
        }
    }

}
