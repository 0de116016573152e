namespace Meditron.Actors.TestKit.Internal;

/// <summary>Takes the result of a call that was made with blocking waits and so has completed when it returns.</summary>
internal static class BlockingResult
{
    public static T Result<T>(this ValueTask<T> completed) => completed.GetAwaiter().GetResult();

    public static void Result(this ValueTask completed) => completed.GetAwaiter().GetResult();
}
