using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Meditron.Cli.Jobs;
using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Soaking;
using Meditron.Simulation.Worlds;

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

    private readonly Play play;
    private Process process;

    /// <summary>Starts the process.</summary>
    /// <param name="play">What is played.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    public ProcessPlayer(Play play)
    {
        this.play = play;
        process = Start();
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">A process in the place of one that has ended cannot be started.</exception>
    public RunResult Play(ulong seed)
    {
        if (process.HasExited)
        {
            process.Dispose();
            process = Start();
        }

        return Answer(seed) is { } line && JsonSerializer.Deserialize(line, PlayedSeedJson.Default.PlayedSeed) is { } played
            ? played.ToResult()
            : new RunResult(play.Scenario, seed, new SimulationException("the process that plays it goes on", HowItEnded()), TimeSpan.Zero, 0, 0, "");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.StandardInput.Dispose();
        if (!process.WaitForExit(EndTimeout))
        {
            process.Kill();
        }

        process.Dispose();
    }

    private Process Start()
    {
        var command = DetachedProcess.CommandLine(play.Player);
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in Settings)
        {
            start.Environment.TryAdd(name, value);
        }

        try
        {
            return Process.Start(start) ?? throw new IOException($"{command[0]} could not be started, to play seeds.");
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{command[0]} could not be started, to play seeds: {e.Message}", e);
        }
    }

    /// <summary>The line that the process answers with; null where it has ended.</summary>
    private string? Answer(ulong seed)
    {
        try
        {
            process.StandardInput.WriteLine(seed.ToString(CultureInfo.InvariantCulture));
            process.StandardInput.Flush();
            return process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string HowItEnded()
    {
        if (!process.WaitForExit(EndTimeout))
        {
            process.Kill();
            process.WaitForExit();
        }

        return string.Create(CultureInfo.InvariantCulture, $"process {process.Id} has ended with code {process.ExitCode}: what it has written to standard error, if anything, says why");
    }
}
