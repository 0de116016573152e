namespace Meditron.Simulation.Tests;

/// <summary>The test assembly as a program of its own.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        Console.WriteLine(string.Join(' ', args));
        return 0;
    }
}
