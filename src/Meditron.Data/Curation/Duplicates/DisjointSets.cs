namespace Meditron.Data.Curation.Duplicates;

/// <summary>Disjoint sets of documents, each named by its first member, whatever the order of the unions.</summary>
internal sealed class DisjointSets
{
    private readonly uint[] parent;

    public DisjointSets(int count)
    {
        parent = new uint[count];
        for (var i = 0; i < count; i++)
        {
            parent[i] = (uint)i;
        }
    }

    public uint Find(uint item)
    {
        while (parent[item] != item)
        {
            parent[item] = parent[parent[item]];
            item = parent[item];
        }

        return item;
    }

    public bool Union(uint a, uint b)
    {
        a = Find(a);
        b = Find(b);
        if (a == b)
        {
            return false;
        }

        parent[Math.Max(a, b)] = Math.Min(a, b);
        return true;
    }
}
