namespace Meditron.Training.Runs;

/// <summary>A run needs more memory than there is, found out before anything was allocated.</summary>
/// <param name="message">Both sizes and what to change.</param>
public sealed class InsufficientMemoryException(string message) : Exception(message);
