namespace Meditron.Actors.Tests;

/// <summary>A spec that Akka.NET itself does not meet; the reason says what this engine decides differently.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BundledTheoryAttribute : TheoryAttribute
{
    public BundledTheoryAttribute(string reason)
    {
        Reason = reason;
#if AKKANET
        Skip = reason;
#endif
    }

    public string Reason { get; }
}
