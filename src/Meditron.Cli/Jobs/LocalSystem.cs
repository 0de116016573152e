using System.Globalization;
using Serilog;

namespace Meditron.Cli.Jobs;

/// <summary>Makes the actor system of a training cluster's node.</summary>
internal static class LocalSystem
{
    private const string Name = "meditron";

    private const string Template = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fff} {Level:u3} [{LogSource}] {Message:lj}{NewLine}{Exception}";

    /// <summary>Has what the system logs written to a file, or to standard output where none is given; the result closes it.</summary>
    public static IDisposable LogTo(string? file)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Verbose();
        Log.Logger = (file is null
            ? configuration.WriteTo.Console(outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture)
            : configuration.WriteTo.File(file, outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture)).CreateLogger();
        return new Closing();
    }

    /// <summary>Creates the system, which joins nobody by itself; a node whose configuration names no address is reached on this machine alone, at free ports.</summary>
    public static ActorSystem Create(Config config)
    {
        // The program says itself how it has ended, and joins once it can be looked into.
        var always = ConfigurationFactory.ParseString(
            """
            akka.coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off }
            akka.cluster.seed-nodes = []
            """);
        var alone = ConfigurationFactory.ParseString(
            """
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            akka.loglevel = INFO
            akka.stdout-loglevel = WARNING
            akka.loggers = ["Akka.Logger.Serilog.SerilogLogger, Akka.Logger.Serilog"]
            meditron.cmd.port = 0
            """);
        return ActorSystem.Create(Name, always.WithFallback(config).WithFallback(alone));
    }

    private sealed class Closing : IDisposable
    {
        public void Dispose() => Log.CloseAndFlush();
    }
}
