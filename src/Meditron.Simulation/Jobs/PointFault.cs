using Meditron.Training.Chaos;

namespace Meditron.Simulation.Jobs;

/// <summary>What happens when a rank passes a point.</summary>
internal enum PointAction
{
    /// <summary>Its process is killed.</summary>
    Kill,

    /// <summary>Its process is stopped, for a while or until it is ended.</summary>
    Stop,

    /// <summary>Its device throws what nobody expects.</summary>
    Throw,

    /// <summary>It takes its time.</summary>
    Slow,

    /// <summary>Its device gets nothing done any more, while its process gives signs of life.</summary>
    Hang,

    /// <summary>Its process and another worker's are killed.</summary>
    KillTwo,

    /// <summary>Another worker is killed.</summary>
    KillOther,

    /// <summary>Its machine loses power.</summary>
    KillMachine,

    /// <summary>The process that leads the job is killed.</summary>
    KillLeader,

    /// <summary>Its process and the one that leads the job are killed.</summary>
    KillBoth,

    /// <summary>Its machine's launcher is killed.</summary>
    KillLauncher,

    /// <summary>The database is killed.</summary>
    KillDatabase,

    /// <summary>Its machine is cut off from all others for a while.</summary>
    Isolate,
}

/// <summary>A fault that is planned for a point of a step.</summary>
/// <param name="Point">Where.</param>
/// <param name="Step">In which step or the first after it.</param>
/// <param name="Rank">To whoever has this rank.</param>
/// <param name="Action">What.</param>
/// <param name="Times">How many times in a row.</param>
internal sealed record PointFault(FaultPoint Point, int Step, int Rank, PointAction Action, int Times);

/// <summary>The leader is killed the moment that it tells of something.</summary>
/// <param name="Event">Of what, as in the job's record.</param>
/// <param name="Occurrence">The how manieth time.</param>
internal sealed record LeaderFault(string Event, int Occurrence);
