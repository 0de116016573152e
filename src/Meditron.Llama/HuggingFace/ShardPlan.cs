using Meditron.Torch;

namespace Meditron.Llama.HuggingFace;

/// <summary>Which parameter goes into which file of a model folder.</summary>
public static class ShardPlan
{
    /// <summary>Fills files in order until the next parameter would pass the limit; a larger parameter gets a file of its own.</summary>
    public static IReadOnlyList<IReadOnlyList<ParameterSpec>> Split(IReadOnlyList<ParameterSpec> parameters, ScalarType dtype, long maxShardBytes)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxShardBytes, 1);
        List<List<ParameterSpec>> shards = [];
        var bytes = 0L;
        foreach (var parameter in parameters)
        {
            var size = SavedBytes(parameter, dtype);
            if (shards.Count == 0 || bytes + size > maxShardBytes)
            {
                shards.Add([]);
                bytes = 0;
            }

            shards[^1].Add(parameter);
            bytes += size;
        }

        return shards;
    }

    /// <summary>The name that Hugging Face gives file <paramref name="index"/> (from 0) of so many.</summary>
    public static string FileName(int index, int count) =>
        count == 1 ? HuggingFaceCheckpoint.SingleFileName : $"model-{index + 1:D5}-of-{count:D5}.safetensors";

    /// <summary>The shape without the vocabulary's padding rows.</summary>
    public static IReadOnlyList<long> SavedShape(ParameterSpec parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return [parameter.MeaningfulRows, .. parameter.Shape.Skip(1)];
    }

    /// <summary>The bytes without the vocabulary's padding rows.</summary>
    public static long SavedBytes(ParameterSpec parameter, ScalarType dtype) =>
        SavedShape(parameter).Aggregate((long)dtype.Size(), (product, size) => checked(product * size));
}
