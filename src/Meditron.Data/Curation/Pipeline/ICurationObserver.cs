namespace Meditron.Data.Curation.Pipeline;

/// <summary>Watches a curation run. Calls may come from several threads at once; what an observer throws ends the run.</summary>
public interface ICurationObserver
{
    /// <summary>A phase begins: <paramref name="done"/> of <paramref name="total"/> units were finished by an earlier run (total is -1 where it is not known yet).</summary>
    void PhaseStarted(string phase, long done, long total)
    {
    }

    /// <summary>A unit of work is finished and durable.</summary>
    void UnitFinished(string phase, long unit, long inputBytes)
    {
    }

    /// <summary>Something worth a line: the parameters chosen, a file set aside.</summary>
    void Message(string text)
    {
    }
}
