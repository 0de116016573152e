using System.Text.Json;
using Meditron.Torch;
using Meditron.Torch.Safetensors;

namespace Meditron.Llama.HuggingFace;

/// <summary>Writes Hugging Face model folders: config.json, one or several safetensors files, the index, and files beside them.</summary>
public static class HuggingFaceExport
{
    /// <summary>Writes a whole model from a flat buffer; see the other overload.</summary>
    public static void Save(string folder, HuggingFaceConfig config, ParameterLayout layout, Tensor flat, HuggingFaceSaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(flat);
        Save(folder, config, layout, Part, options);

        Tensor Part(ParameterSpec parameter)
        {
            using var part = flat.narrow(0, parameter.Offset, parameter.Length);
            return part.view(parameter.Shape);
        }
    }

    /// <summary>
    /// Writes a whole model. The vocabulary's padding rows are left out; with tied embeddings no head is written. The folder appears under its name
    /// complete and flushed, or not at all, and one that was there stays until then.
    /// </summary>
    /// <param name="folder">The folder to write; its parent is created.</param>
    /// <param name="config">Special tokens and type of the weights; the model written to config.json is the layout's.</param>
    /// <param name="layout">The whole model's layout.</param>
    /// <param name="tensorOf">Gives a parameter in its padded shape, of any floating type, on any device; disposed after it is written.</param>
    /// <param name="options">Shard size, overwriting, other files; null for the defaults.</param>
    /// <exception cref="HuggingFaceException">The folder has something in it, or cannot be written.</exception>
    /// <exception cref="SafetensorsException">A file cannot be written.</exception>
    public static void Save(string folder, HuggingFaceConfig config, ParameterLayout layout, Func<ParameterSpec, Tensor> tensorOf, HuggingFaceSaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(tensorOf);
        options ??= new HuggingFaceSaveOptions();
        if (layout.Span != StageSpan.Whole(layout.Config))
        {
            throw new ArgumentException("Only a whole model can be saved; the layout is of one stage.", nameof(layout));
        }

        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!options.Overwrite && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new HuggingFaceException(folder, "has something in it already. Choose another folder, empty it, or ask for it to be replaced.");
        }

        var partial = folder + ".partial";
        try
        {
            DeleteFolder(partial);
            Directory.CreateDirectory(partial);
            WriteTensors(partial, config.Dtype, layout, tensorOf, options.MaxShardBytes);
            foreach (var file in options.AdditionalFiles)
            {
                DurableFile.WriteAllBytes(Path.Combine(partial, Path.GetFileName(file)), File.ReadAllBytes(file));
            }

            DurableFile.WriteAllBytes(Path.Combine(partial, HuggingFaceConfig.FileName), (config with { Model = layout.Config }).ToJson());
            Replace(folder, partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HuggingFaceException(folder, $"could not be written: {e.Message} Free space or choose another folder; what was there before still is.", e);
        }
        finally
        {
            DeleteFolder(partial);
        }
    }

    private static void WriteTensors(string folder, ScalarType dtype, ParameterLayout layout, Func<ParameterSpec, Tensor> tensorOf, long maxShardBytes)
    {
        var shards = ShardPlan.Split(layout.Canonical, dtype, maxShardBytes);
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        for (var i = 0; i < shards.Count; i++)
        {
            var path = Path.Combine(folder, ShardPlan.FileName(i, shards.Count));
            using var writer = new SafetensorsWriter(path, shards[i].Select(p => (p.Name, dtype, ShardPlan.SavedShape(p))), metadata);
            foreach (var parameter in shards[i])
            {
                using var tensor = tensorOf(parameter);
                using var meaningful = tensor.narrow(0, 0, parameter.MeaningfulRows);
                writer.Write(parameter.Name, meaningful);
            }

            writer.Complete();
        }

        if (shards.Count > 1)
        {
            DurableFile.WriteAllBytes(Path.Combine(folder, HuggingFaceCheckpoint.IndexFileName), Index(shards, dtype));
        }
    }

    private static byte[] Index(IReadOnlyList<IReadOnlyList<ParameterSpec>> shards, ScalarType dtype)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("metadata");
            writer.WriteNumber("total_size", shards.SelectMany(s => s).Sum(p => ShardPlan.SavedBytes(p, dtype)));
            writer.WriteEndObject();
            writer.WriteStartObject("weight_map");
            for (var i = 0; i < shards.Count; i++)
            {
                foreach (var parameter in shards[i])
                {
                    writer.WriteString(parameter.Name, ShardPlan.FileName(i, shards.Count));
                }
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Replace(string folder, string partial)
    {
        var old = folder + ".old";
        DeleteFolder(old);
        if (Directory.Exists(folder))
        {
            Directory.Move(folder, old);
        }

        Directory.Move(partial, folder);
        DurableFile.FlushFolderOf(folder);
        DeleteFolder(old);
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
