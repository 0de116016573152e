using Meditron.Torch;

namespace Meditron.Llama;

/// <summary>Cosines and sines of the rotary position embedding (Su et al. 2021), one row a position, one column a pair.</summary>
public sealed class RopeTable : IDisposable
{
    /// <summary>Computes the table in single precision, angle by angle as PyTorch models do.</summary>
    /// <param name="config">Head size, theta and linear scaling.</param>
    /// <param name="positions">Rows.</param>
    /// <param name="device">Where the table lives.</param>
    public RopeTable(LlamaConfig config, int positions, Device device)
    {
        var pairs = config.HeadSize / 2;
        var cos = new float[(long)positions * pairs];
        var sin = new float[(long)positions * pairs];
        for (var pair = 0; pair < pairs; pair++)
        {
            var frequency = 1f / MathF.Pow((float)config.RopeTheta, 2f * pair / config.HeadSize);
            for (var position = 0; position < positions; position++)
            {
                var scaled = config.RopeScalingFactor == 1.0 ? position : (float)(position / config.RopeScalingFactor);
                var angle = scaled * frequency;
                cos[position * pairs + pair] = MathF.Cos(angle);
                sin[position * pairs + pair] = MathF.Sin(angle);
            }
        }

        Cos = Upload(cos, positions, pairs, device);
        Sin = Upload(sin, positions, pairs, device);
    }

    /// <summary>[positions, head size / 2], fp32.</summary>
    public Tensor Cos { get; }

    /// <summary>[positions, head size / 2], fp32.</summary>
    public Tensor Sin { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
    }

    private static Tensor Upload(float[] values, int rows, int columns, Device device)
    {
        using var flat = torch.tensor(values).to(device);
        return flat.reshape(rows, columns);
    }
}
