namespace Meditron.Actors;

/// <summary>Says that something is finished, where there is nothing else to say.</summary>
public sealed class Done
{
    /// <summary>The one instance.</summary>
    public static readonly Done Instance = new();

    private Done()
    {
    }
}
