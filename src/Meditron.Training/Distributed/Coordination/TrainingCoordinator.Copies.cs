using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <content>Copies of shards on other machines, so that the loss of a whole machine loses no step.</content>
public sealed partial class TrainingCoordinator
{
    private readonly Dictionary<string, StateServer> servers = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Rank, string Server), TimeSpan> refusals = [];
    private CopyPlan copies = CopyPlan.None;
    private long copiesOf;
    private bool holdWanted;

    private void Copying()
    {
        Command<CopyHeld>(held =>
        {
            if (held.Generation == generation?.Number && held.State.Rank < generation.Layout.World)
            {
                generation.Copies[held.State.Rank] = held.State;
                holdWanted = true;
            }
        });
        Command<CopyLost>(lost =>
        {
            // Of a generation that is over all copies end.
            if (IsCopying && lost.Generation == generation!.Number && lost.Rank < copies.Holders.Count && copies.Holders[lost.Rank]?.Id == lost.Server)
            {
                log.Event("copy-lost", step, $"the shard of rank {lost.Rank} is no longer copied to {copies.Holders[lost.Rank]!.Name}: {lost.Problem}");
                refusals[(lost.Rank, lost.Server)] = Now + options.CopyRetry;
                PlanCopies();
            }
        });
    }

    private bool IsCopying => options.Copies && generation is { AllReady: true } && phase is (CoordinatorPhase.Training or CoordinatorPhase.Paused);

    /// <summary>Knows how a worker's or an agent's machine is reached; null where it is not.</summary>
    private void Serves(string id, StateServer? server)
    {
        if (server is null)
        {
            servers.Remove(id);
        }
        else
        {
            servers[id] = server;
        }
    }

    /// <summary>Decides where shards are copied to, and tells the ranks for which that has changed.</summary>
    private void PlanCopies()
    {
        if (!IsCopying)
        {
            return;
        }

        var holders = servers.Values.Select(server => new CopyHolder(server.Id, server.Machine, NameOf(server), agents.ContainsKey(server.Id))).OrderBy(holder => holder.Id, StringComparer.Ordinal).ToList();
        var before = copiesOf == generation!.Number ? copies.Holders : [];
        var next = CopyPlan.Decide(
            generation.Layout,
            [.. generation.Members.Select(member => member.Machine)],
            [.. generation.Ready.Select(ready => ready!.State?.Bytes ?? 0)],
            holders,
            before,
            (rank, holder) => refusals.TryGetValue((rank, holder.Id), out var until) && until > Now);
        for (var rank = 0; rank < next.Holders.Count; rank++)
        {
            var was = rank < before.Count ? before[rank] : null;
            if (next.Holders[rank] != was)
            {
                generation.Copies[rank] = null;
                workers.GetValueOrDefault(generation.Members[rank].Id)?.Reference.Tell(
                    new CopyTo { Generation = generation.Number, Rank = rank, Server = next.Holders[rank] is { } holder ? servers[holder.Id] : null });
            }
        }

        if (next.Reason != copies.Reason)
        {
            log.Event("copies", step, next.Reason);
        }

        copies = next;
        copiesOf = generation.Number;
    }

    /// <summary>Tries again what could not be copied, at times when somebody registers.</summary>
    private void PlanMissingCopies()
    {
        if (copiesOf != generation?.Number || copies.Holders.Count == 0 || copies.Holders.Any(holder => holder is null || !servers.ContainsKey(holder.Id)))
        {
            PlanCopies();
        }
    }

    /// <summary>Has the copies held that have begun since the last time.</summary>
    private void HoldCopies()
    {
        if (holdWanted)
        {
            holdWanted = false;
            HoldIfTraining();
        }
    }

    private string NameOf(StateServer server) => workers.TryGetValue(server.Id, out var worker) ? AssignmentPlan.Name(worker.Description) : $"the launcher of {server.Host}";
}
