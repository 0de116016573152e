using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Meditron.Actors.Actor;

/// <summary>The unique place of an actor in the tree of its system; two paths are equal whatever their uid.</summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    /// <summary>The symbols beside letters and digits that a name may hold.</summary>
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private Written? _written;

    /// <summary>Makes the root path of an address.</summary>
    protected ActorPath(Address address, string name)
    {
        Name = name;
        Parent = this;
        _ = address;
    }

    /// <summary>Makes a path below another.</summary>
    protected ActorPath(ActorPath parentPath, string name, long uid)
    {
        Name = name;
        Parent = parentPath;
        Depth = parentPath.Depth + 1;
        Uid = uid;
    }

    /// <summary>The actor's own name.</summary>
    public string Name { get; }

    /// <summary>The address of the system that holds the actor.</summary>
    public Address Address => ((RootActorPath)Root).RootAddress;

    /// <summary>The path of the system's root.</summary>
    public ActorPath Root => ParentOf(0);

    /// <summary>The parent's path; a root is its own parent.</summary>
    public ActorPath Parent { get; }

    /// <summary>The number of elements below the root.</summary>
    public int Depth { get; }

    /// <summary>Tells incarnations of actors at one path apart; 0 means any.</summary>
    public long Uid { get; }

    /// <summary>The names from below the root to this path; one empty name for the root.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            if (Depth == 0)
            {
                return [""];
            }

            var elements = new string[Depth];
            var path = this;
            for (var i = Depth - 1; i >= 0; i--, path = path.Parent)
            {
                elements[i] = path.Name;
            }

            return elements;
        }
    }

    /// <summary>The path of a child; a name may end in <c>#uid</c>.</summary>
    public ActorPath Child(string childName)
    {
        var (name, uid) = SplitUid(childName);
        return new ChildActorPath(this, name, uid);
    }

    /// <summary>The ancestor at a depth; negative depths count upwards from this path.</summary>
    public ActorPath ParentOf(int depth)
    {
        var target = depth < 0 ? Math.Max(0, Depth + depth) : depth;
        var path = this;
        while (path.Depth > target)
        {
            path = path.Parent;
        }

        return path;
    }

    /// <summary>This path with another uid.</summary>
    public ActorPath WithUid(long uid) => uid == Uid ? this : Depth == 0
        ? throw new NotSupportedException($"Cannot give the root path {this} a uid: only actors below the root have one.")
        : new ChildActorPath(Parent, Name, uid);

    /// <summary>Parses a full path, <c>protocol://system[@host:port]/a/b[#uid]</c>.</summary>
    /// <exception cref="UriFormatException">The text is not a path.</exception>
    public static ActorPath Parse(string path) => TryParse(path, out var parsed)
        ? parsed
        : throw new UriFormatException($"Cannot read '{path}' as an actor path: write protocol://system[@host:port]/user/name, for example akka.tcp://train@10.0.0.1:4053/user/coordinator.");

    /// <summary>Parses a full path.</summary>
    public static bool TryParse(string? path, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        actorPath = null;
        return TryParseAddress(path, out var address, out var absolute) && TryParse(new RootActorPath(address), absolute, out actorPath);
    }

    /// <summary>Parses path elements below a base path.</summary>
    public static bool TryParse(ActorPath basePath, string? absoluteUri, [NotNullWhen(true)] out ActorPath? actorPath) =>
        TryParse(basePath, (absoluteUri ?? "").AsSpan(), out actorPath);

    /// <summary>Parses path elements below a base path.</summary>
    public static bool TryParse(ActorPath basePath, ReadOnlySpan<char> absoluteUri, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        actorPath = basePath;
        var fragment = absoluteUri.IndexOf('#');
        long uid = 0;
        if (fragment >= 0)
        {
            if (!long.TryParse(absoluteUri[(fragment + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out uid))
            {
                actorPath = null;
                return false;
            }

            absoluteUri = absoluteUri[..fragment];
        }

        absoluteUri = absoluteUri.TrimStart('/');
        while (!absoluteUri.IsEmpty)
        {
            var slash = absoluteUri.IndexOf('/');
            var element = slash < 0 ? absoluteUri : absoluteUri[..slash];
            absoluteUri = slash < 0 ? default : absoluteUri[(slash + 1)..];
            if (!element.IsEmpty)
            {
                actorPath = new ChildActorPath(actorPath, Uri.UnescapeDataString(element.ToString()), absoluteUri.IsEmpty ? uid : 0);
            }
        }

        return true;
    }

    /// <summary>Parses the address at the start of a path.</summary>
    public static bool TryParseAddress(string? path, [NotNullWhen(true)] out Address? address) => TryParseAddress(path, out address, out _);

    /// <summary>Parses the address at the start of a path and gives what follows it.</summary>
    public static bool TryParseAddress(string? path, [NotNullWhen(true)] out Address? address, out ReadOnlySpan<char> absoluteUri) =>
        Address.TryParse((path ?? "").AsSpan(), out address, out absoluteUri);

    /// <summary>Splits a path into what stands before its first slash after the authority, and the rest.</summary>
    public static bool TryParseParts(ReadOnlySpan<char> path, out ReadOnlySpan<char> address, out ReadOnlySpan<char> absoluteUri)
    {
        var start = path.IndexOf("://", StringComparison.Ordinal);
        var slash = start < 0 ? path.IndexOf('/') : path[(start + 3)..].IndexOf('/');
        slash = slash < 0 || start < 0 ? slash : slash + start + 3;
        address = slash < 0 ? path : path[..slash];
        absoluteUri = slash < 0 ? default : path[slash..];
        return start > 0;
    }

    /// <summary>Whether a text may be an actor's name.</summary>
    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
        {
            return false;
        }

        for (var i = 0; i < s.Length; i++)
        {
            var c = s[i];
            if (char.IsAsciiLetterOrDigit(c) || ValidSymbols.Contains(c))
            {
                continue;
            }

            if (c == '%' && i + 2 < s.Length && char.IsAsciiHexDigit(s[i + 1]) && char.IsAsciiHexDigit(s[i + 2]))
            {
                i += 2;
                continue;
            }

            return false;
        }

        return true;
    }

    /// <summary>Writes elements as an absolute path, <c>/a/b</c>.</summary>
    public static string FormatPathElements(IEnumerable<string> pathElements) => $"/{string.Join('/', pathElements)}";

    /// <summary>The path without its address, <c>/user/a</c>.</summary>
    public string ToStringWithoutAddress()
    {
        if (Depth == 0)
        {
            return "/";
        }

        var text = new StringBuilder();
        AppendElements(text);
        return text.ToString();
    }

    /// <summary>The path with its own address.</summary>
    public string ToStringWithAddress() => ToString();

    /// <summary>The path with its own address if that is global, else with the one given.</summary>
    public string ToStringWithAddress(Address? address)
    {
        var text = new StringBuilder(Address.HasGlobalScope || address is null ? Address.ToString() : address.ToString());
        return AppendOrSlash(text).ToString();
    }

    /// <summary>The path with address and uid.</summary>
    public string ToStringWithUid() => AppendUid(AppendOrSlash(new StringBuilder(Address.ToString()))).ToString();

    /// <summary>The path as it is written into messages: with address and uid.</summary>
    public string ToSerializationFormat() => ToStringWithUid();

    /// <summary>The path as it is written into messages, with the address given if its own is local.</summary>
    public string ToSerializationFormatWithAddress(Address? address)
    {
        // Whoever sends to other systems does so again and again, and from one address.
        if (_written is { } written && ReferenceEquals(written.Address, address))
        {
            return written.Text;
        }

        var text = AppendUid(new StringBuilder(ToStringWithAddress(address))).ToString();
        _written = new Written(address, text);
        return text;
    }

    /// <inheritdoc/>
    public bool Equals(ActorPath? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || Depth != other.Depth)
        {
            return false;
        }

        ActorPath a = this, b = other;
        while (a.Depth > 0)
        {
            if (ReferenceEquals(a, b))
            {
                return true;
            }

            if (a.Name != b.Name)
            {
                return false;
            }

            a = a.Parent;
            b = b.Parent;
        }

        return a.Address.Equals(b.Address);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        for (var path = this; path.Depth > 0; path = path.Parent)
        {
            hash.Add(path.Name.GetHashCode(StringComparison.Ordinal));
        }

        hash.Add(Address);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int CompareTo(ActorPath? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = Address.CompareTo(other.Address);
        if (order != 0)
        {
            return order;
        }

        IReadOnlyList<string> mine = Elements, theirs = other.Elements;
        for (var i = 0; i < Math.Min(mine.Count, theirs.Count) && order == 0; i++)
        {
            order = string.CompareOrdinal(mine[i], theirs[i]);
        }

        return order != 0 ? order : mine.Count.CompareTo(theirs.Count);
    }

    /// <inheritdoc/>
    public override string ToString() => AppendOrSlash(new StringBuilder(Address.ToString())).ToString();

    /// <summary>The path of a child.</summary>
    public static ActorPath operator /(ActorPath path, string name) => path.Child(name);

    /// <summary>The path below this one by several names.</summary>
    public static ActorPath operator /(ActorPath path, IEnumerable<string> name) => name.Aggregate(path, static (p, n) => string.IsNullOrEmpty(n) ? p : p / n);

    /// <summary>Whether two paths are the same place.</summary>
    public static bool operator ==(ActorPath? left, ActorPath? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two paths are different places.</summary>
    public static bool operator !=(ActorPath? left, ActorPath? right) => !(left == right);

    internal static (string Name, long Uid) SplitUid(string name)
    {
        var hash = name.IndexOf('#');
        return hash < 0 ? (name, 0)
            : long.TryParse(name.AsSpan(hash + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var uid) ? (name[..hash], uid) : (name, 0);
    }

    private StringBuilder AppendOrSlash(StringBuilder text)
    {
        if (Depth == 0)
        {
            return text.Append('/');
        }

        AppendElements(text);
        return text;
    }

    private StringBuilder AppendUid(StringBuilder text) => Uid == 0 ? text : text.Append('#').Append(Uid.ToString(CultureInfo.InvariantCulture));

    private void AppendElements(StringBuilder text)
    {
        if (Depth > 1)
        {
            Parent.AppendElements(text);
        }

        text.Append('/').Append(Name);
    }

    // What the path was last written as, and with which address.
    private sealed record Written(Address? Address, string Text);
}
