namespace Meditron.Training.Settings;

/// <summary>What is done about a worker that is slow against the others of its stage.</summary>
public enum SlowWorkersAction
{
    /// <summary>It is told of.</summary>
    Report,

    /// <summary>It is replaced at the end of a step where a warm standby or spare worker is there, and its process is ended.</summary>
    Replace,
}
