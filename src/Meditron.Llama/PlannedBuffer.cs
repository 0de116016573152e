using Meditron.Torch;

namespace Meditron.Llama;

/// <summary>One buffer of a stage's static plan.</summary>
/// <param name="Name">Unique in the plan, e.g. <c>slot0.layer3.qkv</c>.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Type">Element type.</param>
public readonly record struct PlannedBuffer(string Name, long[] Shape, ScalarType Type)
{
    /// <summary>Size in bytes.</summary>
    public long Bytes => Shape.Aggregate(1L, (product, size) => checked(product * size)) * (Type is ScalarType.BFloat16 ? 2 : 4);
}
