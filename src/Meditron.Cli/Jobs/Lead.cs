namespace Meditron.Cli.Jobs;

/// <summary>As what a process leads a job.</summary>
internal enum Lead
{
    /// <summary>As the one that the user has started on one machine: it launches the workers.</summary>
    Local,

    /// <summary>As the second one beside it, in the background: it takes over coordinators and workers when the first ends.</summary>
    Deputy,

    /// <summary>As a seed of a job over machines, whose launchers start the workers.</summary>
    Machines,
}
