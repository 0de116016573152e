using System.Text.Json;
using Meditron.Torch;
using Meditron.Torch.Safetensors;

namespace Meditron.Llama.HuggingFace;

/// <summary>A Hugging Face model folder open for reading: its configuration, and its tensors mapped from one or several safetensors files.</summary>
public sealed class HuggingFaceCheckpoint : IDisposable
{
    /// <summary>The file's name where there is only one.</summary>
    public const string SingleFileName = "model.safetensors";

    /// <summary>The name of the list of which tensor is in which file.</summary>
    public const string IndexFileName = "model.safetensors.index.json";

    private readonly Dictionary<string, SafetensorsFile> fileOf = new(StringComparer.Ordinal);
    private readonly List<SafetensorsFile> files = [];

    private HuggingFaceCheckpoint(string folder, HuggingFaceConfig config)
    {
        Folder = folder;
        Config = config;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What its <c>config.json</c> says.</summary>
    public HuggingFaceConfig Config { get; }

    /// <summary>The names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => fileOf.Keys;

    /// <summary>Opens a folder: reads its configuration, opens and checks every safetensors file and the index.</summary>
    /// <exception cref="HuggingFaceException">A file is missing, or the index and the files do not agree.</exception>
    /// <exception cref="SafetensorsException">A safetensors file is damaged.</exception>
    public static HuggingFaceCheckpoint Open(string folder)
    {
        var checkpoint = new HuggingFaceCheckpoint(folder, HuggingFaceConfig.Load(folder));
        try
        {
            var index = Path.Combine(folder, IndexFileName);
            var single = Path.Combine(folder, SingleFileName);
            if (File.Exists(index))
            {
                checkpoint.OpenShards(index);
            }
            else if (File.Exists(single))
            {
                checkpoint.Add(SafetensorsFile.Open(single));
            }
            else
            {
                var hint = Directory.EnumerateFiles(folder, "pytorch_model*.bin").Any() ? " It holds pytorch_model*.bin, which cannot be read: save the model as safetensors." : string.Empty;
                throw new HuggingFaceException(folder, $"holds neither {SingleFileName} nor {IndexFileName}.{hint}");
            }

            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Whether the folder has a tensor of that name.</summary>
    public bool Contains(string name) => fileOf.ContainsKey(name);

    /// <summary>Type and shape of a tensor.</summary>
    /// <exception cref="HuggingFaceException">The folder has no such tensor.</exception>
    public SafetensorsEntry Entry(string name) => FileOf(name).Entry(name);

    /// <summary>A tensor over its mapped file; nothing is read before it is used.</summary>
    /// <exception cref="HuggingFaceException">The folder has no such tensor.</exception>
    public Tensor Map(string name) => FileOf(name).Map(name);

    /// <summary>
    /// Fills a flat buffer with the parameters of a layout (a whole model or one stage), converting elements. Rows for tokens that the file does not
    /// know start as the options say; rows of vocabulary padding are zero; alignment gaps are left as they are.
    /// </summary>
    /// <param name="layout">Where each parameter goes. It may ask for tied embeddings only if the file's are tied.</param>
    /// <param name="flat">One dimension of at least the layout's length, of a floating type, on any device.</param>
    /// <param name="options">How to treat a file that does not fit exactly; null for the defaults.</param>
    /// <exception cref="HuggingFaceException">Tensors are missing, unexpected or misshaped, or constants differ: one message with all of them. The buffer is untouched then.</exception>
    public void Load(ParameterLayout layout, Tensor flat, HuggingFaceLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(flat);
        options ??= new HuggingFaceLoadOptions();
        Check(layout, options);
        if (flat.ndim != 1 || flat.numel() < layout.Length)
        {
            throw new ArgumentException($"The buffer is {flat}, and the layout needs one dimension of {layout.Length} elements.", nameof(flat));
        }

        foreach (var parameter in layout.Canonical)
        {
            using var part = flat.narrow(0, parameter.Offset, parameter.Length);
            using var target = part.view(parameter.Shape);
            ReadInto(parameter, target, options);
        }
    }

    /// <summary>Checks that every parameter of a layout is here in its shape, and that nothing here is left over.</summary>
    /// <exception cref="HuggingFaceException">Something is missing, unexpected, misshaped or different: one message with all of it.</exception>
    public void Check(ParameterLayout layout, HuggingFaceLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var problems = new CheckpointCheck(this, layout, options ?? new HuggingFaceLoadOptions()).Problems();
        if (problems.Count > 0)
        {
            throw new HuggingFaceException(Folder, $"does not fit the model.\n  {string.Join("\n  ", problems)}\nCompare {HuggingFaceConfig.FileName} with the model section of the configuration.");
        }
    }

    /// <summary>Fills one parameter; see <see cref="Load"/>.</summary>
    internal void ReadInto(ParameterSpec parameter, Tensor target, HuggingFaceLoadOptions options)
    {
        var name = SourceOf(parameter.Name);
        if (parameter.Role is not (ParameterRole.Embedding or ParameterRole.Head))
        {
            FileOf(name).ReadInto(name, target);
            return;
        }

        using var source = FileOf(name).Read(name);
        var tokens = parameter.MeaningfulRows;
        var known = Math.Min(source.size(0), tokens);
        using (var from = source.narrow(0, 0, known))
        using (var to = target.narrow(0, 0, known))
        {
            to.copy_(from);
            if (tokens > known)
            {
                FillNewRows(from, target, known, tokens - known, options.NewTokenRows);
            }
        }

        if (target.size(0) > tokens)
        {
            using var padding = target.narrow(0, tokens, target.size(0) - tokens);
            padding.zero_();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }

    /// <summary>The tensor that a parameter is read from: with tied embeddings the file has no head of its own.</summary>
    internal string SourceOf(string parameter) =>
        parameter == ParameterNames.Head && !Contains(parameter) && Config.Model.TieEmbeddings ? ParameterNames.Embedding : parameter;

    private static void FillNewRows(Tensor known, Tensor target, long first, long count, NewTokenRows rows)
    {
        using var fresh = target.narrow(0, first, count);
        if (rows == NewTokenRows.Zero)
        {
            fresh.zero_();
            return;
        }

        using var mean = known.mean([0], keepdim: true, ScalarType.Float32);
        fresh.copy_(mean);
    }

    private SafetensorsFile FileOf(string name) => fileOf.TryGetValue(name, out var file)
        ? file
        : throw new HuggingFaceException(Folder, $"has no tensor '{name}'.");

    private void Add(SafetensorsFile file)
    {
        files.Add(file);
        foreach (var entry in file.Entries)
        {
            if (!fileOf.TryAdd(entry.Name, file))
            {
                throw new HuggingFaceException(Folder, $"has the tensor '{entry.Name}' twice, in {Path.GetFileName(fileOf[entry.Name].Path)} and in {Path.GetFileName(file.Path)}.");
            }
        }
    }

    private void OpenShards(string index)
    {
        var map = ReadIndex(index);
        foreach (var name in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (name.Length == 0 || name != Path.GetFileName(name) || name is "." or "..")
            {
                throw new HuggingFaceException(index, $"names the file '{name}', and only files of its own folder are read.");
            }

            var path = Path.Combine(Folder, name);
            if (!File.Exists(path))
            {
                throw new HuggingFaceException(index, $"names the file {name}, which is not in the folder. Copy or download it again.");
            }

            Add(SafetensorsFile.Open(path));
        }

        var wrong = map.Where(pair => !fileOf.TryGetValue(pair.Key, out var file) || Path.GetFileName(file.Path) != pair.Value).ToList();
        if (wrong.Count > 0)
        {
            throw new HuggingFaceException(index, $"places {wrong.Count} tensors in files that do not hold them, '{wrong[0].Key}' in {wrong[0].Value} for one. The files are from different models, or the index is damaged.");
        }
    }

    private static Dictionary<string, string> ReadIndex(string index)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(index), new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("weight_map", out var map) && map.ValueKind == JsonValueKind.Object)
            {
                return map.EnumerateObject().ToDictionary(
                    p => p.Name,
                    p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : throw new HuggingFaceException(index, $"gives '{p.Name}' no file name."),
                    StringComparer.Ordinal);
            }

            throw new HuggingFaceException(index, "has no 'weight_map' from tensor names to file names.");
        }
        catch (JsonException e)
        {
            throw new HuggingFaceException(index, $"is not valid JSON: {e.Message} Copy or download the file again.", e);
        }
    }
}
