using Meditron.Testing;

namespace Meditron.Actors.Persistence.Tests.Stores;

/// <summary>Snapshots in files, events in memory.</summary>
public sealed class LocalStore : Store
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.File("snapshots");

    public override string Config =>
        $$"""
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.local.dir = "{{Folder}}"
        """;

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }
}
