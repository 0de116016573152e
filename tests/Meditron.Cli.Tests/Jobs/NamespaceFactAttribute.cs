using Meditron.Testing.Networks;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A fact that needs network namespaces; it is skipped, with the reason, where there can be none.</summary>
public sealed class NamespaceFactAttribute : FactAttribute
{
    public NamespaceFactAttribute() => Skip = NamespaceNetwork.WhyNot;
}
