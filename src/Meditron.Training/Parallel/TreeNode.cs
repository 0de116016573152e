namespace Meditron.Training.Parallel;

/// <summary>A node of a <see cref="CanonicalTree"/>: it stands for the leaves from <c>Index * 2^Level</c> on, <c>2^Level</c> of them or fewer at the end.</summary>
/// <param name="Level">Height above the leaves.</param>
/// <param name="Index">Position among the nodes of its level.</param>
public readonly record struct TreeNode(int Level, long Index)
{
    /// <summary>First leaf.</summary>
    public long First => Index << Level;
}
