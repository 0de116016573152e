using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

internal sealed partial class ClusterCoreDaemon
{
    // Newcomers at the address of a member: they are admitted once that earlier incarnation is removed.
    private readonly SortedDictionary<Address, (Join Message, IActorRef Sender)> _newIncarnations = new(Member.AddressOrdering);

    private void AdmitSelf()
    {
        _cluster.LogInfo(
            "Node [{0}] is JOINING itself (with roles [{1}], version [{2}]) and forming a new cluster",
            SelfNode.Address,
            string.Join(", ", _cluster.SelfRoles.Order(StringComparer.Ordinal)),
            Settings.AppVersion);
        Change(_state.Gossip.WithMembers([Member.Create(SelfNode, _cluster.SelfRoles, Settings.AppVersion)]));
    }

    private void Admit(Join join, IActorRef sender)
    {
        var node = join.Node;
        var self = SelfNode.Address;
        if (!string.Equals(node.Address.Protocol, self.Protocol, StringComparison.Ordinal)
            || !string.Equals(node.Address.System, self.System, StringComparison.Ordinal))
        {
            _cluster.LogWarning("[{0}] tried to join, but was ignored: it is of another protocol or system than [{1}]", node.Address, self);
            return;
        }

        if (SelfStatus is MemberStatus.Down or MemberStatus.Exiting or MemberStatus.Removed)
        {
            _cluster.LogInfo("Trying to join [{0}] to [{1}] member, ignoring. Use a member that is Up instead.", node.Address, SelfStatus);
            return;
        }

        var differences = _configuration.DifferencesFrom(join.Configuration);
        if (!differences.IsEmpty && Settings.EnforceCompatibleConfiguration)
        {
            _cluster.LogWarning("[{0}] is refused, as its settings differ: {1}", node.Address, string.Join("; ", differences));
            sender.Tell(new JoinRefused(self, differences));
            return;
        }

        var existing = _state.Members.Where(m => m.Address.Equals(node.Address)).ToList();
        if (existing.Count == 0)
        {
            AdmitNew(join, sender);
        }
        else if (existing.Exists(m => m.UniqueAddress.Equals(node)))
        {
            // The welcome may have got lost.
            _cluster.LogInfo("Existing member [{0}] is joining again.", node);
            if (!node.Equals(SelfNode))
            {
                sender.Tell(new Welcome(SelfNode, _state.Gossip));
            }
        }
        else if (!_state.Gossip.Tombstones.ContainsKey(node))
        {
            _newIncarnations[node.Address] = (join, sender);
            existing.ForEach(ReplaceIncarnation);
        }
    }

    private void AdmitNew(Join join, IActorRef sender)
    {
        if (_state.Gossip.Tombstones.ContainsKey(join.Node))
        {
            _cluster.LogInfo("[{0}] tried to join, but this incarnation has been removed from the cluster before; it must be restarted", join.Node);
            return;
        }

        _cluster.FailureDetector.Remove(join.Node.Address);
        _cluster.LogInfo(
            "Node [{0}] is JOINING, roles [{1}], version [{2}]",
            join.Node.Address,
            string.Join(", ", join.Roles.Order(StringComparer.Ordinal)),
            join.AppVersion);
        Change(_state.Gossip.WithMembers([Member.Create(join.Node, join.Roles, join.AppVersion)]));
        sender.Tell(new Welcome(SelfNode, _state.Gossip));
    }

    // A restarted node: its earlier incarnations can never come back, so there is nothing to wait for. There may be several, as each side of a partition may have
    // admitted another one.
    private void ReplaceIncarnation(Member existing)
    {
        if (existing.Status == MemberStatus.Down)
        {
            return;
        }

        _cluster.LogInfo(
            "New incarnation of existing member [{0}] is trying to join. Existing will be removed from the cluster and then new member will be allowed to join.",
            existing);
        var terminated = _state.Gossip.Reachability.Terminated(SelfNode, existing.UniqueAddress);
        Change(_state.Gossip.WithReachability(terminated).MarkAsDown(existing));
    }

    private void AdmitThoseWhoWaited()
    {
        if (_newIncarnations.Count == 0)
        {
            return;
        }

        foreach (var (address, (message, sender)) in _newIncarnations.ToList())
        {
            if (!_state.Members.Any(m => m.Address.Equals(address)))
            {
                _newIncarnations.Remove(address);
                Admit(message, sender);
            }
        }

        LeadIfConverged();
    }
}
