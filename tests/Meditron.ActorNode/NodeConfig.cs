using Meditron.Actors.Configuration;
using Meditron.Actors.Configuration.Hocon;

namespace Meditron.ActorNode;

/// <summary>Reads a node's configuration file; what it includes is looked for beside the file that includes it.</summary>
internal static class NodeConfig
{
    public static Config Read(string file) => ConfigurationFactory.ParseString(File.ReadAllText(file), name => Include(file, name));

    private static HoconRoot? Include(string from, string name)
    {
        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(from))!, name);
        return File.Exists(file) ? Parser.Parse(File.ReadAllText(file), inner => Include(file, inner)) : null;
    }
}
