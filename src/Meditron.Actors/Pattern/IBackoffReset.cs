namespace Meditron.Actors.Pattern;

/// <summary>When the pause of a backoff supervisor starts over from its shortest.</summary>
public interface IBackoffReset
{
}

/// <summary>On <see cref="BackoffSupervisor.Reset"/> only.</summary>
internal sealed class ManualReset : IBackoffReset
{
    internal static readonly ManualReset Instance = new();
}

/// <summary>When the child has run for a while.</summary>
internal sealed record AutoReset(TimeSpan ResetBackoff) : IBackoffReset;
