using System.Globalization;

namespace Meditron.Simulation.Clusters;

/// <summary>Gives texts to a <see cref="PersistentLog"/>, one after the other, and each again until it is stored.</summary>
internal sealed class LogClient : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(3);

    private readonly IActorRef _log;
    private readonly string _name;
    private readonly SeededRandom _random;
    private readonly Action _stored;
    private string _text = "";
    private string _command = "";
    private int _number;

    /// <param name="log">Where the texts go.</param>
    /// <param name="name">What the texts begin with; no other client's do.</param>
    /// <param name="random">Decides when the next text is given.</param>
    /// <param name="stored">Called when a text is stored.</param>
    public LogClient(IActorRef log, string name, SeededRandom random, Action stored)
    {
        _log = log;
        _name = name;
        _random = random;
        _stored = stored;
        Receive<string>(message => message == "next", _ => Next());
        Receive<string>(message => message == "again", _ => Send());
        Receive<string>(Answered);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Plan();

    private void Plan() => Timers.StartSingleTimer("next", "next", _random.Milliseconds(50, 3_000));

    private void Next()
    {
        _number++;
        _text = string.Create(CultureInfo.InvariantCulture, $"{_name}.{_number}");
        _command = _random.Chance(0.2) ? $"all {_text} {_text}b {_text}c" : $"add {_text}";
        Send();
    }

    private void Send()
    {
        _log.Tell(_command);
        Timers.StartSingleTimer("again", "again", Again);
    }

    private void Answered(string message)
    {
        if (message == $"stored {_text}")
        {
            _text = "";
            Timers.Cancel("again");
            _stored();
            Plan();
        }
    }
}
