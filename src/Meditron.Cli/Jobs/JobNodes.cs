using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meditron.Training.Runs;

namespace Meditron.Cli.Jobs;

/// <summary>The list of a run's processes: a file for each in <c>nodes/</c> of the run's folder, there as long as the process is.</summary>
internal sealed partial class JobNodes(RunFolder folder)
{
    /// <summary>Lists a process that was started just now and has not listed itself yet; where it has, its own entry stays.</summary>
    public void Announce(string role, int process, string? slot)
    {
        Directory.CreateDirectory(folder.Nodes);
        if (JobNode.Announced(role, process, slot) is { } node)
        {
            try
            {
                using var stream = new FileStream(FileOf(node), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
                JsonSerializer.Serialize(stream, node, Json.Default.JobNode);
            }
            catch (IOException) when (File.Exists(FileOf(node)))
            {
                // The process was faster.
            }
        }
    }

    /// <summary>Lists a process; the result takes it off the list.</summary>
    public IDisposable Add(JobNode node)
    {
        foreach (var (path, other) in Read())
        {
            if (other.IsAlive == false)
            {
                File.Delete(path);
            }
        }

        Directory.CreateDirectory(folder.Nodes);
        var file = FileOf(node);
        var partial = file + ".partial";
        File.WriteAllBytes(partial, JsonSerializer.SerializeToUtf8Bytes(node, Json.Default.JobNode));
        File.Move(partial, file, overwrite: true);
        return new Listed(file);
    }

    /// <summary>Processes that live, or may live on other machines: those that lead first.</summary>
    public IReadOnlyList<JobNode> List() => [.. Read().Select(entry => entry.Node).Where(node => node.IsAlive != false).OrderByDescending(node => node.Leads).ThenBy(node => node.Name, StringComparer.Ordinal)];

    /// <summary>Addresses of this machine's other living processes in the job's cluster, those that lead first.</summary>
    public IReadOnlyList<string> Addresses() => [.. List().Where(node => node.IsAlive == true && node.Process != Environment.ProcessId).Select(node => node.Address).OfType<string>()];

    private string FileOf(JobNode node) => Path.Combine(folder.Nodes, string.Create(CultureInfo.InvariantCulture, $"{node.Role}-{node.Host}-{node.Process}.json"));

    private List<(string Path, JobNode Node)> Read()
    {
        var nodes = new List<(string, JobNode)>();
        foreach (var path in Directory.Exists(folder.Nodes) ? Directory.EnumerateFiles(folder.Nodes, "*.json").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            try
            {
                if (JsonSerializer.Deserialize(File.ReadAllBytes(path), Json.Default.JobNode) is { } node)
                {
                    nodes.Add((path, node));
                }
            }
            catch (Exception e) when (e is IOException or JsonException)
            {
                // It is being written or deleted at this moment.
            }
        }

        return nodes;
    }

    private sealed class Listed(string file) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The folder may be gone; a file that stays names a process that has ended.
            }
        }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(JobNode))]
    private sealed partial class Json : JsonSerializerContext;
}
