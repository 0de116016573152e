namespace Meditron.Llama;

/// <summary>Number format of weights and activations in the products; master weights, gradients and moments are fp32 in both.</summary>
public enum Precision
{
    /// <summary>IEEE single precision throughout.</summary>
    Fp32,

    /// <summary>bfloat16 weights and activations, products accumulated in fp32.</summary>
    Bf16,
}
