using Meditron.Actors.Actor;

namespace Meditron.Actors.Remote.Associations;

/// <summary>The actors that a peer names by their paths in full, as it does in each message of the control lane: a few, again and again.</summary>
internal sealed class NamedRefs(Func<string, IInternalActorRef> resolve)
{
    // A peer may name as many as it likes.
    private const int Remembered = 128;

    private readonly Dictionary<string, IInternalActorRef> _refs = new(StringComparer.Ordinal);

    /// <summary>The actor of a path.</summary>
    public IInternalActorRef Find(string path)
    {
        // An actor that was not there, or is gone, may have come since, where the path names no incarnation.
        if (_refs.TryGetValue(path, out var known) && !known.IsTerminated)
        {
            return known;
        }

        if (_refs.Count >= Remembered)
        {
            _refs.Clear();
        }

        return _refs[path] = resolve(path);
    }
}
