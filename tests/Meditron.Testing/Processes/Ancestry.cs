using System.Globalization;

namespace Meditron.Testing.Processes;

/// <summary>Who has started whom, from /proc.</summary>
public static class Ancestry
{
    /// <summary>The parent of a process; 0 where there is no such process.</summary>
    public static int ParentOf(int process)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
