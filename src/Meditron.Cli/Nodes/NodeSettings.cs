using System.ComponentModel.DataAnnotations;
using Meditron.Training.Settings;

namespace Meditron.Cli.Nodes;

/// <summary>What a node is called: <c>meditron.node</c>.</summary>
public sealed record NodeSettings
{
    /// <summary>The name of the actor system; all nodes of a cluster have the same.</summary>
    [RegularExpression("[a-zA-Z0-9][a-zA-Z0-9-]*", ErrorMessage = "a name of letters, digits and dashes")]
    public required string System { get; init; }

    /// <summary>Worker processes that a launcher keeps running on its machine; 0: one for each GPU, or one where there is none.</summary>
    [Range(0, 1024)]
    public required int Workers { get; init; }

    /// <summary>Processes beyond them that wait to take another's place.</summary>
    [Range(0, 1024)]
    public required int Standbys { get; init; }

    /// <summary>The defaults, with those of the engine that a node needs.</summary>
    internal static Config Defaults => ConfigurationFactory.FromResource<NodeSettings>("Meditron.Cli.node.conf");

    /// <summary>The text of the defaults, with what each means.</summary>
    internal static string Reference
    {
        get
        {
            using var stream = typeof(NodeSettings).Assembly.GetManifestResourceStream("Meditron.Cli.node.conf")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>Reads the settings from a configuration, behind which the defaults stand.</summary>
    internal static NodeSettings Read(Config config) => SettingsBinder.Bind<NodeSettings>(config, "meditron.node");
}
