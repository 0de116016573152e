namespace Meditron.Actors.Persistence.Journal;

/// <summary>What becomes of events that do not fit to those before them.</summary>
public enum ReplayFilterMode
{
    /// <summary>The replay fails.</summary>
    Fail = 0,

    /// <summary>They are replayed, with a warning.</summary>
    Warn = 1,

    /// <summary>Those of the older writer are left out, with a warning.</summary>
    RepairByDiscardOld = 2,

    /// <summary>Nobody looks.</summary>
    Disabled = 3,
}
