using Meditron.Cli.Nodes;
using Meditron.Data.Curation.Settings;
using Meditron.Testing;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Settings;

namespace Meditron.Cli.Tests;

/// <summary>Every file in <c>hocon/</c> loads and holds known keys with allowed values.</summary>
public class ConfigurationFilesTests
{
    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "hocon");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.conf", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_file_in_hocon_loads_validates_and_gives_an_actor_system_its_configuration(string file)
    {
        var loaded = SettingsLoader.Load([Path.Combine(Folder, file)], []);
        Assert.NotEmpty(loaded.ToHocon());
        var node = NodeConfiguration.Create(loaded, NodeRoles.Seed, "journal.db");
        Assert.Contains(NodeRoles.Seed, node.GetStringList("akka.cluster.roles"));
        Assert.Equal("meditron", NodeSettings.Read(loaded.Config.WithFallback(NodeSettings.Defaults)).System);
        if (loaded.Config.HasPath("meditron.data.curation") && loaded.Config.GetString("meditron.data.output", "").Length > 0)
        {
            Assert.IsType<CurationSettings>(CurationSettingsLoader.Load([Path.Combine(Folder, file)], []));
        }
    }

    [Fact]
    public void The_reference_file_is_what_the_program_prints()
    {
        // Every build of the program writes it anew.
        Assert.Equal(CliProcess.Run("config", "--reference").Succeeds().Output, File.ReadAllText(Path.Combine(Folder, "reference.conf")));
    }

    [Fact]
    public void The_reference_file_names_every_key_with_its_default()
    {
        var reference = ConfigFiles.Load(Path.Combine(Folder, "reference.conf"));
        var defaults = SettingsLoader.Load([], []).Config;
        Assert.All(
            SettingsBinder.KnownKeys(typeof(MeditronSettings), "meditron").Where(key => defaults.GetValue(key)?.IsObject() != true),
            key => Assert.Equal(defaults.GetValue(key)?.ToString(), reference.GetValue(key)?.ToString()));
        Assert.Equal(SettingsLoader.Defaults.Training, SettingsLoader.Load([Path.Combine(Folder, "reference.conf")], []).Settings.Training);
        Assert.True(reference.HasPath("meditron.cmd.port") && reference.HasPath("meditron.node.workers") && reference.HasPath("meditron.data.curation"));
    }
}
