using System.Text;
using System.Text.Json;
using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Settings;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation;

/// <summary>Builds small corpora on disk whose texts are long enough for every filter and different enough from each other.</summary>
internal sealed class SmallCorpus(TemporaryFolder folder)
{
    private static readonly string[] Words =
        "the of and to in is that for with as was on are be by this from or at which have not were has their can who more will been may if when one all these than into only some two between after most during about over patients treatment disease study health blood cells children symptoms results risk liver kidney heart lung bone nerve vein artery skin tumour dose drug trial placebo fever cough pain rash nausea fatigue anemia asthma diabetes stroke sepsis vaccine antibody enzyme hormone insulin glucose sodium calcium iron oxygen protein gene virus bacteria fungus parasite surgery biopsy scan ultrasound monitor ward clinic nurse doctor surgeon midwife pharmacist"
            .Split(' ');

    private readonly Dictionary<string, List<string>> files = [];

    public string Input => folder.File("input");

    public static string Text(int seed, int words = 80)
    {
        var text = new StringBuilder();
        for (var i = 0; i < words; i++)
        {
            var word = Words[Hash64.Combine((ulong)seed + 1, (ulong)i) % (ulong)Words.Length];
            text.Append(i == 0 ? "" : i % 12 == 0 ? ". " : " ").Append(word);
        }

        return text.Append('.').ToString();
    }

    public SmallCorpus Add(string file, string id, string text, params (string Key, object Value)[] more)
    {
        var record = new Dictionary<string, object> { ["id"] = id, ["text"] = text };
        foreach (var (key, value) in more)
        {
            record[key] = value;
        }

        return AddLine(file, JsonSerializer.Serialize(record));
    }

    public SmallCorpus AddLine(string file, string line)
    {
        if (!files.TryGetValue(file, out var lines))
        {
            files.Add(file, lines = []);
        }

        lines.Add(line);
        return this;
    }

    public SmallCorpus AddMany(string file, int count, int seed = 0)
    {
        for (var i = 0; i < count; i++)
        {
            Add(file, $"{file}-{i}", Text(seed + i));
        }

        return this;
    }

    public void Save()
    {
        if (Directory.Exists(Input))
        {
            // Written once: a file written again would look modified to a run that is resumed.
            return;
        }

        Directory.CreateDirectory(Input);
        foreach (var (file, lines) in files)
        {
            File.WriteAllText(Path.Combine(Input, file + ".jsonl"), string.Join('\n', lines) + "\n");
        }
    }

    /// <summary>Settings with one source for each file, whose subset is the file's name, and all steps but tokenizing.</summary>
    public CurationSettings Settings(string output = "output", params string[] without)
    {
        Save();
        return new CurationSettings
        {
            Output = folder.File(output),
            Input = Input,
            Sources = [.. files.Keys.Select(f => new SourceSettings { Paths = [f + ".jsonl"], Subset = f })],
            Steps = [.. CurationStep.Default.Where(s => s is not CurationStep.Tokenize and not CurationStep.Contamination && !without.Contains(s))],
            ShardBytes = 4096,
            Threads = 2,
        };
    }

    /// <summary>The documents of a split of a subset, in order.</summary>
    public static IReadOnlyList<JsonElement> Documents(string output, string subset, string split = "train")
    {
        var documents = new List<JsonElement>();
        var path = Path.Combine(output, "corpus", split);
        if (Directory.Exists(path))
        {
            foreach (var file in Directory.GetFiles(path, subset + "-*.jsonl").Order(StringComparer.Ordinal))
            {
                documents.AddRange(File.ReadLines(file).Select(l => JsonDocument.Parse(l).RootElement));
            }
        }

        return documents;
    }

    public static IReadOnlyList<string> Ids(string output, string subset, string split = "train") =>
        [.. Documents(output, subset, split).Select(d => d.GetProperty("id").GetString()!)];

    /// <summary>Names and hashes of all files of a run but its manifest, which names the folder and the threads.</summary>
    public static IReadOnlyList<string> Tree(string output) =>
    [
        .. Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "manifest.json")
            .Select(f => $"{Path.GetRelativePath(output, f)} {Hash64.Of(File.ReadAllBytes(f)):x16}")
            .Order(StringComparer.Ordinal),
    ];
}
