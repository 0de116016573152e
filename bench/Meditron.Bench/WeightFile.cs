using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Meditron.Llama;
using Meditron.Torch;
using Meditron.Training.Parallel;

namespace Meditron.Bench;

/// <summary>All fp32 weights of a model in one file, each rank's where they belong in the whole: one SHA-256 for every layout without tensor parallelism.</summary>
internal static class WeightFile
{
    /// <summary>Writes what a rank's shard holds.</summary>
    public static void Write(string path, ShardedState state, LlamaConfig model)
    {
        var places = Places(model);
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        foreach (var slice in state.Slices)
        {
            using var master = state.MasterOf(slice);
            RandomAccess.Write(file, MemoryMarshal.AsBytes(master.data<float>()), (places[slice.Parameter.Name] + slice.Start) * sizeof(float));
        }
    }

    /// <summary>Writes the weights of the trainer of one process.</summary>
    public static void Write(string path, ParameterStore parameters, LlamaConfig model)
    {
        var places = Places(model);
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        foreach (var parameter in parameters.Layout.Parameters)
        {
            RandomAccess.Write(file, MemoryMarshal.AsBytes(parameters.Master[parameter.Name].data<float>()), places[parameter.Name] * sizeof(float));
        }
    }

    /// <summary>The hash of a file that is complete; deletes it.</summary>
    public static string HashAndDelete(string path)
    {
        using (var stream = File.OpenRead(path))
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            File.Delete(path);
            return hash;
        }
    }

    private static Dictionary<string, long> Places(LlamaConfig model) =>
        ParameterLayout.Create(model).Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Offset, StringComparer.Ordinal);
}
