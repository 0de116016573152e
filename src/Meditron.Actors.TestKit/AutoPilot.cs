using Meditron.Actors.Actor;

namespace Meditron.Actors.TestKit;

/// <summary>Reacts to each message a test actor receives, before the test sees it.</summary>
public abstract class AutoPilot
{
    /// <summary>Stands for "keep the pilot that has just run".</summary>
    public static KeepRunning KeepRunning => KeepRunning.Instance;

    /// <summary>Stands for "no pilot from now on".</summary>
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    /// <summary>Reacts to a message and returns the pilot for the next one.</summary>
    public abstract AutoPilot Run(IActorRef sender, object message);
}

/// <summary>The pilot that does nothing.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    /// <summary>The one instance.</summary>
    public static readonly NoAutoPilot Instance = new();

    private NoAutoPilot()
    {
    }

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>What a pilot returns to stay in charge; never installed itself.</summary>
public sealed class KeepRunning : AutoPilot
{
    /// <summary>The one instance.</summary>
    public static readonly KeepRunning Instance = new();

    private KeepRunning()
    {
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always: it only stands for another pilot.</exception>
    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException("KeepRunning stands for the pilot that returned it and cannot be run; install a pilot of your own.");
}

/// <summary>A pilot's reaction as a function: takes sender and message, returns the next pilot.</summary>
public delegate AutoPilot AutoPilotDelegate(IActorRef sender, object message);

/// <summary>A pilot made of a function.</summary>
public sealed class DelegateAutoPilot : AutoPilot
{
    private readonly AutoPilotDelegate _autoPilotDelegate;

    /// <summary>Wraps a function as a pilot.</summary>
    public DelegateAutoPilot(AutoPilotDelegate autoPilotDelegate) => _autoPilotDelegate = autoPilotDelegate;

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => _autoPilotDelegate(sender, message);
}
