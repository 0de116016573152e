namespace Meditron.Training.Tests;

/// <summary>Tests that count the whole process's allocations, which no other test may run beside.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
