namespace Meditron.Actors.Cluster;

/// <summary>Remembers how the last few pairs of gossips were related: after a change the same two meet again and again. Used by one thread.</summary>
internal sealed class GossipRelations
{
    private const int Remembered = 256;

    private readonly (GossipContent Own, GossipContent Received, GossipExchange.Relation Relation)[] _last = new (GossipContent, GossipContent, GossipExchange.Relation)[Remembered];
    private int _next;

    /// <summary>How two gossips are related.</summary>
    public GossipExchange.Relation Find(Gossip own, Gossip received)
    {
        foreach (var (mine, theirs, known) in _last)
        {
            if (ReferenceEquals(mine, own.Content) && ReferenceEquals(theirs, received.Content))
            {
                return known;
            }
        }

        var relation = GossipExchange.Relate(own, received);
        _last[_next] = (own.Content, received.Content, relation);
        _next = (_next + 1) % Remembered;
        return relation;
    }
}
