namespace Meditron.Actors.Persistence.Serialization;

/// <summary>A snapshot as it goes into a file: its state with the state's serializer.</summary>
internal sealed class Snapshot(object data)
{
    public object Data { get; } = data;
}
