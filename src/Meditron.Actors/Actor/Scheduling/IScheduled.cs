namespace Meditron.Actors.Actor;

/// <summary>Something that will happen, unless it is cancelled.</summary>
internal interface IScheduled
{
    void Cancel();
}
