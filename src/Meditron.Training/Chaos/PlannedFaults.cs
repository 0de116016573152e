using System.Runtime.InteropServices;
using Meditron.Torch.Distributed;
using Meditron.Training.Parallel;

namespace Meditron.Training.Chaos;

/// <summary>Makes the planned faults of a run happen, each once: a mark in the run's folder keeps it from happening again to whoever takes the rank over.</summary>
/// <param name="faults">The faults.</param>
/// <param name="folder">Where the marks are kept.</param>
/// <param name="told">Told what is about to happen.</param>
public sealed partial class PlannedFaults(IReadOnlyList<Fault> faults, string folder, Action<string> told) : IFaultPoints
{
    private const int Sigkill = 9;
    private const int Sigstop = 19;
    private const int Sigterm = 15;

    /// <inheritdoc/>
    public void Reached(FaultPoint point, int step, int rank, RankGroups? groups, IFaultTarget? target = null)
    {
        for (var index = 0; index < faults.Count; index++)
        {
            var fault = faults[index];
            if (fault.Point == point && fault.Step == step && fault.Rank == rank && Mark(index, fault))
            {
                told($"{fault.Action} at {fault.Point} of step {step} on rank {rank}");
                Happen(fault, groups, target);
            }
        }
    }

    private static void Happen(Fault fault, RankGroups? groups, IFaultTarget? target)
    {
        switch (fault.Action)
        {
            case FaultAction.Kill:
                _ = Signal(Environment.ProcessId, Sigkill);
                break;
            case FaultAction.Terminate:
                _ = Signal(Environment.ProcessId, Sigterm);
                break;
            case FaultAction.Stop:
                _ = Signal(Environment.ProcessId, Sigstop);
                break;
            case FaultAction.Hang:
                Hang();
                break;
            case FaultAction.Exit:
                EndNow(fault.Code);
                break;
            case FaultAction.Miscompute:
                target?.Miscompute(fault.Lasting);
                break;
            case FaultAction.FlipWeight:
                target?.FlipWeight();
                break;
            case FaultAction.FlipState:
                target?.FlipState();
                break;
            case FaultAction.RuinState:
                target?.RuinState();
                break;
            case FaultAction.Throw:
                throw new ArithmeticException($"A planned fault at {fault.Point} of step {fault.Step}.");
            case FaultAction.Slow:
                using (var nothing = new ManualResetEventSlim())
                {
                    nothing.Wait(TimeSpan.FromSeconds(fault.Seconds), CancellationToken.None);
                }

                break;
            case FaultAction.Corrupt:
                if (Of(fault.Group, groups) is { } damaged)
                {
                    damaged.CorruptNext((damaged.Rank + 1) % damaged.Size);
                }

                break;
            case FaultAction.Drop:
                if (Of(fault.Group, groups) is { } lossy)
                {
                    lossy.LoseNext((lossy.Rank + 1) % lossy.Size, message: fault.Group == FaultGroup.Pipeline);
                }

                break;
        }
    }

    private static ProcessGroup? Of(FaultGroup group, RankGroups? groups) => group switch
    {
        FaultGroup.Data => groups?.Data,
        FaultGroup.Pipeline => groups?.Pipeline,
        FaultGroup.Tensor => groups?.Tensor,
        _ => groups?.World,
    };

    /// <summary>As a kernel that never returns: nothing but the end of the process ends it.</summary>
    private static void Hang()
    {
        while (true)
        {
            Thread.SpinWait(1_000_000);
        }
    }

    private bool Mark(int index, Fault fault)
    {
        Directory.CreateDirectory(folder);
        try
        {
            using var mark = new FileStream(Path.Combine(folder, $"fault-{index}"), FileMode.CreateNew);
            using var writer = new StreamWriter(mark);
            writer.WriteLine(fault);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void EndNow(int code);
}
