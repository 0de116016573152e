namespace Meditron.Cmd.Tests;

/// <summary>How long tests wait for what must come; it matters only where something fails.</summary>
internal static class Deadlines
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(60);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Usual);

    public static Task InTime(this Task task) => task.WaitAsync(Usual);
}
