namespace Meditron.Actors.Remote.Tests.Fuzzing;

/// <summary>Runs a target on many inputs; says which input it was that failed.</summary>
internal static class Fuzzer
{
    /// <summary>Bytes that one input may make the target allocate; far above what any honest one does.</summary>
    private const long Allowance = 4 << 20;

    /// <summary>Runs the target on inputs of one seed; it returns whether the input was accepted. Some must be, and some not.</summary>
    public static void Run(int count, ulong seed, Func<FuzzRandom, bool> target)
    {
        var accepted = 0;
        for (var i = 0; i < count; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                accepted += target(new FuzzRandom(seed + (ulong)i)) ? 1 : 0;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Input {i} of seed {seed} failed: {e.GetType().Name}: {e.Message}", e);
            }

            var used = GC.GetAllocatedBytesForCurrentThread() - before;
            if (used > Allowance)
            {
                throw new InvalidOperationException($"Input {i} of seed {seed} made the target allocate {used} bytes; {Allowance} are allowed.");
            }
        }

        Assert.InRange(accepted, 1 + (count / 1000), count - 1 - (count / 1000));
    }
}
