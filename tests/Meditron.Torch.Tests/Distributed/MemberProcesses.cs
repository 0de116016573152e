using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Meditron.Torch.Distributed;

namespace Meditron.Torch.Tests.Distributed;

/// <summary>Processes that run <see cref="MemberProgram"/>, with their lines; what still runs is killed at the end.</summary>
internal sealed class MemberProcesses : IDisposable
{
    private readonly Process[] processes;
    private readonly BlockingCollection<string>[] lines;

    /// <summary>Starts the members and passes their descriptions around, as a coordinator would.</summary>
    /// <param name="scenario">What they do.</param>
    /// <param name="size">How many.</param>
    /// <param name="shared">Shared memory or TCP.</param>
    /// <param name="chunk">The bytes of a chunk.</param>
    /// <param name="timeout">Of every operation, in milliseconds.</param>
    /// <param name="place">For each rank the command to start it through (nothing for none) and the address it is to use.</param>
    /// <param name="backend">What carries the bytes.</param>
    public MemberProcesses(string scenario, int size, bool shared, int chunk = 64 << 10, int timeout = 60_000, Func<int, (string[] Through, string Host)>? place = null, Backend backend = Backend.Host)
    {
        lines = Enumerable.Range(0, size).Select(_ => new BlockingCollection<string>()).ToArray();
        processes = Enumerable.Range(0, size).Select(rank =>
        {
            var (through, host) = place?.Invoke(rank) ?? ([], shared && backend == Backend.Host ? "any" : "127.0.0.1");
            string[] command =
            [
                .. through, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "exec", typeof(MemberProgram).Assembly.Location,
                scenario, Text(rank), Text(size), shared ? "shm" : "tcp", host, Text(chunk), Text(timeout), $"{backend}",
            ];
            var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
            start.Environment["OMP_NUM_THREADS"] = "1";
            var process = Process.Start(start)!;
            process.OutputDataReceived += (_, e) =>
            {
                if (e.Data is null)
                {
                    lines[rank].CompleteAdding();
                }
                else
                {
                    lines[rank].Add(e.Data);
                }
            };
            process.BeginOutputReadLine();
            return process;
        }).ToArray();
        var all = string.Join(' ', Enumerable.Range(0, size).Select(rank => Expect(rank, "description")));
        for (var rank = 0; rank < size; rank++)
        {
            Say(rank, all);
        }
    }

    public int Size => processes.Length;

    /// <summary>The rest of the member's next line that begins with the word; other lines before it are passed over.</summary>
    public string Expect(int rank, string word)
    {
        var seen = new List<string>();
        while (lines[rank].TryTake(out var line, LocalGroup.Deadline))
        {
            seen.Add(line);
            if (line.StartsWith(word + " ", StringComparison.Ordinal) || line == word)
            {
                return line[word.Length..].TrimStart();
            }
        }

        throw new Xunit.Sdk.XunitException($"Rank {rank} did not say '{word}'; it said: {string.Join(" | ", seen)}");
    }

    /// <summary>Writes a line that the member reads.</summary>
    public void Say(int rank, string line)
    {
        processes[rank].StandardInput.WriteLine(line);
        processes[rank].StandardInput.Flush();
    }

    public void Signal(int rank, string signal)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [signal, Text(processes[rank].Id)]) { UseShellExecute = false })!;
        Assert.True(kill.WaitForExit(LocalGroup.Deadline) && kill.ExitCode == 0);
    }

    public void Dispose()
    {
        foreach (var process in processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
