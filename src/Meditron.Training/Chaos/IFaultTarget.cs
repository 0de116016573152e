namespace Meditron.Training.Chaos;

/// <summary>What of a rank's work and memory a fault can damage.</summary>
public interface IFaultTarget
{
    /// <summary>Makes one bit of the next micro-batch's gradients wrong.</summary>
    /// <param name="always">Of all micro-batches from there on, until the process ends.</param>
    void Miscompute(bool always);

    /// <summary>Changes one bit of the weights for the products.</summary>
    void FlipWeight();

    /// <summary>Changes one bit of the fp32 weights that the rank's shard holds.</summary>
    void FlipState();

    /// <summary>Changes so much of the fp32 weights of one block of the rank's shard that it cannot be put right.</summary>
    void RuinState();
}
