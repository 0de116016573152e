using Meditron.Actors.Configuration;
using Meditron.Actors.Configuration.Hocon;

namespace Meditron.Actors.Actor;

/// <summary>The exit codes of a process that the coordinated shutdown ends, by the reason of the shutdown.</summary>
internal sealed class ShutdownExitCodes
{
    private const string Key = "akka.coordinated-shutdown";

    private readonly int _default;
    private readonly Dictionary<string, int> _byReason = new(StringComparer.Ordinal);

    internal ShutdownExitCodes(Config config)
    {
        _default = InRange(config.GetInt($"{Key}.exit-code"), "exit-code");
        if (config.GetConfig($"{Key}.reason-overrides") is { } overrides)
        {
            foreach ((string reason, HoconValue _) in overrides.AsEnumerable())
            {
                if (overrides.HasPath($"\"{reason}\".exit-code"))
                {
                    _byReason[reason] = InRange(overrides.GetInt($"\"{reason}\".exit-code"), $"reason-overrides.{reason}.exit-code");
                }
            }
        }
    }

    /// <summary>The exit code for a reason, which is named by its type.</summary>
    internal int Of(CoordinatedShutdown.Reason? reason) =>
        reason is not null && _byReason.TryGetValue(reason.GetType().Name, out int code) ? code : _default;

    private static int InRange(int code, string key) => code is >= 0 and <= 255
        ? code
        : throw new ConfigurationException($"{Key}.{key} is {code}; an exit code is a number from 0 to 255.");
}
