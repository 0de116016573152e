using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

internal sealed partial class ClusterCoreDaemon
{
    private const int FirstNoticeAfterTicks = 20;
    private const int NoticeEveryTicks = 60;

    private ImmutableSortedSet<UniqueAddress> _exitingConfirmed = ImmutableSortedSet<UniqueAddress>.Empty;
    private int _ticksWithoutConvergence;

    private void LeadIfConverged()
    {
        // Each round moves somebody on in its life, so this ends; on its own a new node goes from Joining to Up here.
        while (_state.IsLeader && SelfStatus != MemberStatus.Down && _state.HasConverged(_exitingConfirmed))
        {
            var decision = LeaderActions.OnConvergence(_state, _exitingConfirmed, _required, _cluster.Runtime.UnixMilliseconds());
            if (decision.IsNothing)
            {
                return;
            }

            foreach (var member in decision.Changed)
            {
                _cluster.LogInfo("Leader is moving node [{0}] to [{1}]", member.Address, member.Status);
            }

            foreach (var member in decision.Removed)
            {
                _cluster.LogInfo("Leader is removing {0} node [{1}]", member.Status == MemberStatus.Exiting ? "exiting" : "downed", member.Address);
            }

            Change(decision.Gossip);
            TellOldestOfExiting(decision.Changed);
        }
    }

    // The oldest hosts the singletons and must know first that it leaves, whatever the limit of spreading is.
    private void TellOldestOfExiting(ImmutableList<Member> changed)
    {
        if (changed.Exists(m => m.Status == MemberStatus.Exiting) && _state.Members.Count > SpreadLimit)
        {
            foreach (var member in _state.Members.Order(Member.AgeOrdering).Take(3))
            {
                GossipTo(member.UniqueAddress);
            }
        }
    }

    private void LeadPeriodically()
    {
        _exitingConfirmed = _exitingConfirmed.Intersect(_state.Members.Select(m => m.UniqueAddress));
        if (_state.IsLeader && SelfStatus != MemberStatus.Down)
        {
            var hindrance = _state.WhatHindersConvergence(_exitingConfirmed);
            if (hindrance is null)
            {
                if (_ticksWithoutConvergence >= FirstNoticeAfterTicks)
                {
                    _cluster.LogInfo("Leader can perform its duties again");
                }

                _ticksWithoutConvergence = 0;
                LeadIfConverged();
            }
            else
            {
                LeadWithoutConvergence(hindrance);
            }
        }
        else
        {
            _ticksWithoutConvergence = 0;
        }

        // Not waited for too long: see the limit.
        _ticksDown += SelfStatus == MemberStatus.Down ? 1 : 0;
    }

    private void LeadWithoutConvergence(string hindrance)
    {
        _ticksWithoutConvergence++;
        if (Settings.AllowWeaklyUpMembers && _ticksWithoutConvergence * Settings.LeaderActionsInterval >= Settings.WeaklyUpAfter)
        {
            var decision = LeaderActions.AdmitWeakly(_state, _required);
            if (!decision.IsNothing)
            {
                foreach (var member in decision.Changed)
                {
                    _cluster.LogInfo("Leader is moving node [{0}] to [{1}]", member.Address, member.Status);
                }

                Change(decision.Gossip);
            }
        }

        if (_ticksWithoutConvergence == FirstNoticeAfterTicks || _ticksWithoutConvergence % NoticeEveryTicks == 0)
        {
            _cluster.LogInfo(
                "Leader can currently not perform its duties: {0}; members: [{1}]; seen by: [{2}]",
                hindrance,
                string.Join(", ", _state.Members.Select(m => $"{m.Address} {m.Status}")),
                string.Join(", ", _state.Gossip.Seen.Select(n => n.Address)));
        }
    }

    private void Leave(Address address)
    {
        var member = _state.Members.FirstOrDefault(m => m.Address.Equals(address));
        if (member is null)
        {
            _cluster.LogInfo("Ignoring leave of unknown node [{0}]", address);
        }
        else if (member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up)
        {
            Change(_state.Gossip.WithMembers([member.Copy(MemberStatus.Leaving)]));
            _cluster.LogInfo("Marked address [{0}] as [{1}]", address, MemberStatus.Leaving);
        }
    }

    private void Down(Address address)
    {
        if (_state.Members.FirstOrDefault(m => m.Address.Equals(address)) is { } member)
        {
            Down([member.UniqueAddress]);
        }
        else
        {
            _cluster.LogInfo("Ignoring down of unknown node [{0}]", address);
        }
    }

    private void Down(ImmutableSortedSet<UniqueAddress> nodes)
    {
        var down = _state.Members.Where(m => nodes.Contains(m.UniqueAddress) && m.Status != MemberStatus.Down).ToList();
        if (down.Count == 0)
        {
            return;
        }

        var gossip = _state.Gossip;
        foreach (var member in down)
        {
            _cluster.LogInfo(
                "Marking {0}node [{1}] as [{2}]",
                gossip.Reachability.IsReachable(member.UniqueAddress) ? "" : "unreachable ",
                member.Address,
                MemberStatus.Down);
            gossip = gossip.MarkAsDown(member);
        }

        Change(gossip);
        foreach (var member in down.Where(m => !m.UniqueAddress.Equals(SelfNode)))
        {
            // It may still be listening: then it stops by itself. Not through GossipTo, which leaves out unreachable nodes.
            CoreOf(member.Address).Tell(new GossipEnvelope(SelfNode, member.UniqueAddress, _state.Gossip), Self);
        }
    }
}
