using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Soaking;

namespace Meditron.Cli.Simulations;

/// <summary>Plays seeds in a process of its own, which is set up for it: this program is made for a quick start, playing takes long.</summary>
/// <remarks>
/// The process is told a seed in a line on its standard input, and answers with a line; it ends with the input. It has a heap for itself, so that nobody stands still while
/// another one's is cleaned up, has room for many short-lived objects in it, and compiles what is called often once more with what was learnt from the calls.
/// </remarks>
internal sealed class ProcessPlayer : ISeedPlayer
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(30);

    // Numbers are hexadecimal there.
    private static readonly (string Name, string Value)[] Settings =
    [
        ("DOTNET_TieredPGO", "1"),
        ("DOTNET_TC_CallCountThreshold", "1E"),
        ("DOTNET_gcConcurrent", "0"),
        ("DOTNET_GCgen0size", "4000000"),
    ];

    private readonly Process _process;

    /// <summary>Starts the process.</summary>
    /// <param name="play">What is played.</param>
    public ProcessPlayer(Play play)
    {
        var program = Environment.ProcessPath ?? "dotnet";
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ProcessPlayer).Assembly.Location);
        }

        foreach (var argument in play.Player)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in Settings)
        {
            start.Environment.TryAdd(name, value);
        }

        _process = Process.Start(start) ?? throw new IOException($"{program} could not be started, to play seeds.");
    }

    /// <exception cref="IOException">The process has ended.</exception>
    public RunResult Play(ulong seed)
    {
        string? line;
        try
        {
            _process.StandardInput.WriteLine(seed.ToString(CultureInfo.InvariantCulture));
            _process.StandardInput.Flush();
            line = _process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            line = null;
        }

        return line is not null && JsonSerializer.Deserialize(line, PlayedSeedJson.Default.PlayedSeed) is { } played ? played.ToResult() : throw new IOException($"Seed {seed} was not played to its end: {HowItEnded()}.");
    }

    public void Dispose()
    {
        _process.StandardInput.Dispose();
        if (!_process.WaitForExit(EndTimeout))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private string HowItEnded() => _process.WaitForExit(EndTimeout)
        ? string.Create(CultureInfo.InvariantCulture, $"its process {_process.Id} has ended with code {_process.ExitCode}")
        : string.Create(CultureInfo.InvariantCulture, $"its process {_process.Id} has closed its output");
}
