using System.Text;

namespace Meditron.ActorNode.Protocol;

/// <summary>Writes reports to standard output, each line whole and at once.</summary>
internal static class EventOutput
{
    private static readonly Lock Sync = new();
    private static readonly Stream Output = Console.OpenStandardOutput();

    public static void Write(NodeEvent report)
    {
        var line = Encoding.UTF8.GetBytes($"{report}\n");
        lock (Sync)
        {
            Output.Write(line);
            Output.Flush();
        }
    }
}
