namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>What a manager has of the singleton.</summary>
internal enum Tenure
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It has asked for the lease.</summary>
    TakingLease,

    /// <summary>It did not get the lease and will ask again.</summary>
    WithoutLease,

    /// <summary>The singleton runs, or has stopped by itself.</summary>
    Running,

    /// <summary>The singleton was told to stop.</summary>
    Ending,

    /// <summary>The singleton has stopped, the lease is being given up.</summary>
    ReleasingLease,
}
