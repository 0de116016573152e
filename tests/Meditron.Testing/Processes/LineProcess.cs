using System.Diagnostics;

namespace Meditron.Testing.Processes;

/// <summary>A process that is talked to in lines, over its standard input and output, and that ends with the test at the latest.</summary>
public sealed class LineProcess : IAsyncDisposable
{
    private static readonly TimeSpan EndDeadline = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task _output;
    private readonly Task _errors;
    private readonly Lock _inputLock = new();

    private LineProcess(Process process, Action<string> onLine)
    {
        _process = process;
        Id = process.Id;
        StartedAt = Stopwatch.GetTimestamp();
        _output = Read(process.StandardOutput, onLine);
        _errors = Read(process.StandardError, Errors.Add);
    }

    /// <summary>The process's id.</summary>
    public int Id { get; }

    /// <summary>When it was started, of the clock that all processes of the machine share (<see cref="Stopwatch"/>).</summary>
    public long StartedAt { get; }

    /// <summary>What it wrote to standard error.</summary>
    public EventLog<string> Errors { get; } = new("standard error");

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onLine">Gets each line of its standard output, in order.</param>
    /// <param name="environment">Environment variables on top of this process's.</param>
    public static LineProcess Start(
        string program, IEnumerable<string> arguments, Action<string> onLine, params (string Name, string Value)[] environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new LineProcess(Process.Start(start)!, onLine);
    }

    /// <summary>Writes a line to its standard input; nothing happens if it has ended.</summary>
    public void Write(string line)
    {
        lock (_inputLock)
        {
            try
            {
                _process.StandardInput.WriteLine(line);
                _process.StandardInput.Flush();
            }
            catch (IOException)
            {
                // It has ended; who waits for what the line should bring about is told so.
            }
        }
    }

    /// <summary>Sends it a signal.</summary>
    public void Send(Signal signal) => Signals.Send(Id, signal);

    /// <summary>Waits until it has ended and all it wrote was read; its exit code (128 + the signal's number where a signal ended it).</summary>
    public async Task<int> Exited(TimeSpan deadline)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(deadline);
            await Task.WhenAll(_output, _errors).WaitAsync(deadline);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"Process {Id} did not end within {deadline.TotalSeconds} s.\n{Errors.Text()}", e);
        }

        return _process.ExitCode;
    }

    /// <summary>Ends it by SIGKILL, stopped or not, if it has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signals.TrySend(Id, Signal.Kill);
        }

        await Exited(EndDeadline);
        _process.Dispose();
    }

    private static async Task Read(StreamReader reader, Action<string> onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            onLine(line);
        }
    }
}
