using System.Diagnostics;

namespace Meditron.Bench;

/// <summary>Starts the members of a group as processes of this program and passes to each what all of them said.</summary>
internal static class Members
{
    /// <summary>Runs <c>COMMAND member --rank R ARGS</c> for every rank.</summary>
    /// <param name="command">The bench.</param>
    /// <param name="size">Members.</param>
    /// <param name="args">Flags for every member.</param>
    /// <param name="lines">Receives what each member printed after its first line, in the order of the ranks.</param>
    /// <returns>The largest exit code.</returns>
    public static int Run(string command, int size, string[] args, Action<IReadOnlyList<string>> lines)
    {
        var members = Enumerable.Range(0, size).Select(rank => Start([command, "member", "--rank", $"{rank}", .. args])).ToArray();
        try
        {
            var descriptions = members.Select(member => member.StandardOutput.ReadLine()).ToArray();
            foreach (var member in members)
            {
                member.StandardInput.WriteLine(string.Join(' ', descriptions));
                member.StandardInput.Flush();
            }

            var texts = members.Select(member => member.StandardOutput.ReadToEndAsync()).ToArray();
            lines([.. texts.Select(text => text.Result)]);
            return members.Select(member =>
            {
                member.WaitForExit();
                return member.ExitCode;
            }).Max();
        }
        finally
        {
            foreach (var member in members)
            {
                member.Kill();
                member.Dispose();
            }
        }
    }

    /// <summary>A member's part: says how it is reached and learns how the others are.</summary>
    public static byte[][] Meet(ReadOnlySpan<byte> description)
    {
        Console.WriteLine(Convert.ToBase64String(description));
        return [.. Console.ReadLine()!.Split(' ').Select(Convert.FromBase64String)];
    }

    private static Process Start(string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, args) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        return Process.Start(start)!;
    }
}
