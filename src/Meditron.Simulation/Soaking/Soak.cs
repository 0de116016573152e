using System.Diagnostics;

namespace Meditron.Simulation.Soaking;

/// <summary>Has many seeds played by several players at the same time, each seed in a world of its own.</summary>
internal sealed class Soak
{
    private readonly Func<ISeedPlayer> _player;
    private readonly SoakOptions _options;
    private readonly Lock _lock = new();
    private readonly SortedSet<ulong> _doneAhead = [];
    private readonly List<RunResult> _violations = [];
    private readonly Stopwatch _clock = new();
    private ulong _next;
    private ulong _watermark;
    private long _seeds;
    private long _steps;
    private TimeSpan _time;
    private bool _stopped;
    private Exception? _failure;

    /// <param name="player">Makes a player, once for each thread.</param>
    /// <param name="options">Which seeds, and how.</param>
    public Soak(Func<ISeedPlayer> player, SoakOptions options)
    {
        _player = player;
        _options = options;
        _next = _watermark = options.From;
    }

    /// <summary>How far it is.</summary>
    public SoakProgress Progress
    {
        get
        {
            lock (_lock)
            {
                return new SoakProgress(_watermark, _seeds, _steps, _time, _clock.Elapsed, [.. _violations.OrderBy(static result => result.Seed)]);
            }
        }
    }

    /// <summary>Plays all seeds, or until it is stopped or enough has been found; gives the last progress.</summary>
    public SoakProgress Run()
    {
        _clock.Start();
        var threads = Enumerable.Range(0, _options.Jobs).Select(i => new Thread(Work) { Name = $"simulation-{i}", IsBackground = true }).ToArray();
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        _clock.Stop();
        return _failure is null ? Progress : throw new InvalidOperationException($"The soak ended early: {_failure.Message}", _failure);
    }

    /// <summary>Ends after the seeds that are being played.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
        }
    }

    private void Work()
    {
        try
        {
            using var player = _player();
            while (Take() is { } seed)
            {
                Done(player.Play(seed));
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            lock (_lock)
            {
                _failure ??= e;
                _stopped = true;
            }
        }
    }

    private ulong? Take()
    {
        lock (_lock)
        {
            return _stopped || _next > _options.To || _violations.Count >= _options.MostViolations ? null : _next++;
        }
    }

    private void Done(RunResult result)
    {
        lock (_lock)
        {
            _seeds++;
            _steps += result.Steps;
            _time += result.Time;
            if (result.Violation is not null)
            {
                _violations.Add(result);
            }

            _doneAhead.Add(result.Seed);
            while (_doneAhead.Remove(_watermark))
            {
                _watermark++;
            }

            _options.OnSeed?.Invoke(result);
        }
    }
}
