namespace Meditron.Training.Settings;

/// <summary>The validated settings of a run beside the configuration that they were read from.</summary>
public sealed record LoadedSettings(MeditronSettings Settings, Config Config)
{
    /// <summary>The resolved configuration as HOCON: what a run's config.conf holds. It needs no other file to give the same settings.</summary>
    public string ToHocon() => Config.ToString() + "\n";

    /// <summary>The same without the cluster's secret and the database's connection strings, for what others may read: what a checkpoint keeps.</summary>
    public string ToPublicHocon()
    {
        string[] secrets = ["akka.remote.secret", "akka.persistence.journal.sql.connection-string", "akka.persistence.snapshot-store.sql.connection-string"];
        var hidden = string.Join('\n', secrets.Where(key => Config.HasPath(key)).Select(key => $"{key} = \"\""));
        return hidden.Length == 0 ? ToHocon() : ConfigurationFactory.ParseString(hidden).WithFallback(Config).ToString() + "\n";
    }

    /// <summary>Writes the configuration to a file that its owner alone may read.</summary>
    public void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(ToHocon());
    }
}
