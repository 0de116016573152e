namespace Meditron.Training.Settings;

/// <summary>The number format that the matrix products compute in; master weights and sums are always fp32.</summary>
public enum Precision
{
    /// <summary>32-bit floating point throughout.</summary>
    Fp32,

    /// <summary>bfloat16 operands with fp32 accumulation.</summary>
    Bf16,
}
