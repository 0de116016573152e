using System.Text.Json;
using System.Text.Json.Nodes;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>Names the settings in which two runs differ, other than those that do not change the output.</summary>
internal static class SettingsDifference
{
    /// <summary>Settings that only decide how fast or where: a run may go on with others.</summary>
    private static readonly string[] Free = ["output", "threads", "memory-bytes", "keep-work"];

    /// <summary>One line for each setting that differs, such as <c>near-duplicates.threshold was 0.7 and is 0.8</c>.</summary>
    public static IReadOnlyList<string> Between(CurationSettings then, CurationSettings now)
    {
        var before = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var after = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Flatten("", JsonSerializer.SerializeToNode(then, CurationJson.Default.CurationSettings), before);
        Flatten("", JsonSerializer.SerializeToNode(now, CurationJson.Default.CurationSettings), after);
        var differences = new List<string>();
        foreach (var key in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var old = before.GetValueOrDefault(key, "not set");
            var current = after.GetValueOrDefault(key, "not set");
            if (old != current && !Free.Contains(key, StringComparer.Ordinal))
            {
                differences.Add($"{key} was {old} and is {current}");
            }
        }

        return differences;
    }

    private static void Flatten(string path, JsonNode? node, SortedDictionary<string, string> values)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (name, child) in o)
                {
                    Flatten(path.Length == 0 ? name : $"{path}.{name}", child, values);
                }

                break;
            case JsonArray a when a.Any(i => i is JsonObject):
                for (var i = 0; i < a.Count; i++)
                {
                    Flatten($"{path}[{i}]", a[i], values);
                }

                break;
            default:
                values[path] = node?.ToJsonString() ?? "null";
                break;
        }
    }
}
