namespace Meditron.Torch.Safetensors;

/// <summary>One tensor of a safetensors file: what it is and where its bytes lie.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Dtype">The element type.</param>
/// <param name="Shape">The sizes; none for a scalar.</param>
/// <param name="Offset">The first byte, counted from the start of the file.</param>
/// <param name="ByteLength">The number of bytes.</param>
public sealed record SafetensorsEntry(string Name, ScalarType Dtype, IReadOnlyList<long> Shape, long Offset, long ByteLength)
{
    /// <summary>Type and shape, as messages show them.</summary>
    public string Describe() => $"{SafetensorsTypes.NameOf(Dtype)}[{string.Join(", ", Shape)}]";
}
