namespace Meditron.Actors.Tests.Surface;

/// <summary>Compares the engine's surface with Akka.NET's: what is too much, what is missing.</summary>
internal sealed class SurfaceComparison(Dictionary<string, SurfaceType> ours, Dictionary<string, SurfaceType> theirs)
{
    /// <summary>What the engine has and Akka.NET has not, as "type | member | explanation".</summary>
    public IEnumerable<SurfaceFinding> Extras()
    {
        foreach (var type in ours.Values.OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            if (!theirs.TryGetValue(type.FullName, out var model))
            {
                yield return new SurfaceFinding(type.FullName, "type", $"Akka.NET has no public type {type.FullName}");
                continue;
            }

            if (!SameKind(type.Kind, model.Kind))
            {
                yield return new SurfaceFinding(type.FullName, "kind", $"is a {type.Kind}, in Akka.NET a {model.Kind}");
            }

            var known = Inherited(model, theirs);
            foreach (var member in type.Members.Values)
            {
                if (!known.TryGetValue(member.Signature, out var counterpart))
                {
                    if (!member.Overrides)
                    {
                        yield return new SurfaceFinding(type.FullName, member.Signature, "no such member in Akka.NET" + Nearest(member.Signature, known.Keys));
                    }
                }
                else if (member.HasSetter && !counterpart.HasSetter && !counterpart.IsField)
                {
                    yield return new SurfaceFinding(type.FullName, member.Signature, "can be set, in Akka.NET it can only be read");
                }
            }
        }
    }

    /// <summary>Members of the named types that Akka.NET has and the engine has not.</summary>
    public IEnumerable<SurfaceFinding> Missing(IEnumerable<string> typeNames)
    {
        foreach (var name in typeNames)
        {
            var model = theirs.GetValueOrDefault(name) ?? throw new InvalidOperationException($"{name} is not in the list of Akka.NET's types.");
            if (!ours.TryGetValue(name, out var type))
            {
                yield return new SurfaceFinding(name, "type", "the engine has no such type");
                continue;
            }

            var known = Inherited(type, ours);
            foreach (var member in model.Members.Values.Where(member => !IsExempt(member)))
            {
                if (!known.TryGetValue(member.Signature, out var counterpart))
                {
                    yield return new SurfaceFinding(name, member.Signature, "missing");
                }
                else if (member.HasSetter && !counterpart.HasSetter && !counterpart.IsField)
                {
                    yield return new SurfaceFinding(name, member.Signature, "cannot be set, in Akka.NET it can");
                }
                else if (member.Overridable && !counterpart.Overridable && model.Kind != "interface" && !type.Kind.StartsWith("sealed", StringComparison.Ordinal))
                {
                    yield return new SurfaceFinding(name, member.Signature, "cannot be overridden, in Akka.NET it can");
                }
            }
        }
    }

    /// <summary>Types that carry other marks than Akka.NET's: what a mailbox, a stash or the dead letters do with a message depends on them.</summary>
    public IEnumerable<string> Marks() => ours.Values
        .Where(type => theirs.ContainsKey(type.FullName))
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .Select(type => (type.FullName, Ours: MarksOf(type), Theirs: MarksOf(theirs[type.FullName])))
        .Where(pair => pair.Ours != pair.Theirs)
        .Select(pair => $"{pair.FullName} is marked [{pair.Ours}], in Akka.NET [{pair.Theirs}]");

    private static string MarksOf(SurfaceType type) => string.Join(
        ", ",
        type.Bases
            .Where(name => name is "IAutoReceivedMessage" or "IPossiblyHarmful" or "IDeadLetterSuppression" or "INotInfluenceReceiveTimeout" or "IWrappedMessage")
            .Order(StringComparer.Ordinal));

    /// <summary>How many of Akka.NET's members of the mirrored types the engine has, by namespace.</summary>
    public IEnumerable<string> Coverage()
    {
        var rows = ours.Values
            .Where(type => theirs.ContainsKey(type.FullName))
            .GroupBy(type => type.Namespace, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Row(group.Key, [.. group], theirs.Values.Count(type => type.Namespace == group.Key)))
            .ToList();
        foreach (var row in rows)
        {
            yield return row.Text;
        }

        yield return $"all: {rows.Sum(row => row.Have)} of {rows.Sum(row => row.All)} members of the mirrored types";
    }

    private (string Text, int Have, int All) Row(string name, SurfaceType[] types, int listed)
    {
        var all = 0;
        var have = 0;
        foreach (var type in types)
        {
            var known = Inherited(type, ours);
            var model = theirs[type.FullName].Members.Values.Where(member => !IsExempt(member)).ToList();
            all += model.Count;
            have += model.Count(member => known.ContainsKey(member.Signature));
        }

        return ($"{name}: {types.Length} of {listed} types, {have} of {all} members of the mirrored types", have, all);
    }

    /// <summary>Members by signature, with those of the bases that the same list describes.</summary>
    private static Dictionary<string, SurfaceMember> Inherited(SurfaceType type, Dictionary<string, SurfaceType> all)
    {
        var members = new Dictionary<string, SurfaceMember>(StringComparer.Ordinal);
        Collect(type, []);
        return members;

        void Collect(SurfaceType current, HashSet<string> seen)
        {
            if (!seen.Add(current.FullName))
            {
                return;
            }

            foreach (var member in current.Members.Values)
            {
                members.TryAdd(member.Signature, member);
            }

            foreach (var name in current.Bases)
            {
                // Interfaces are members of an interface's surface; a class shows only what it declares itself.
                if (Find(name, current.Namespace, all) is { } parent && (parent.Kind != "interface" || current.Kind == "interface"))
                {
                    Collect(parent, seen);
                }
            }
        }
    }

    private static SurfaceType? Find(string name, string preferred, Dictionary<string, SurfaceType> all)
    {
        var at = name.IndexOf('<', StringComparison.Ordinal);
        if (at >= 0)
        {
            var depth = 0;
            var arity = 1 + name[(at + 1)..^1].Count(c =>
            {
                depth += c switch { '<' => 1, '>' => -1, _ => 0 };
                return c == ',' && depth == 0;
            });
            name = SurfaceText.WithArity(name[..at], arity);
        }

        return all.GetValueOrDefault($"{preferred}.{name}") ?? all.Values.FirstOrDefault(type => type.Name == name);
    }

    /// <summary>A sealed class and an open one differ only for those who derive from it.</summary>
    private static bool SameKind(string ours, string theirs) =>
        ours.Replace("sealed ", "", StringComparison.Ordinal) == theirs.Replace("sealed ", "", StringComparison.Ordinal);

    /// <summary>Binary serialization of exceptions is obsolete in .NET, surrogates belong to Akka.NET's object serializers: the engine has neither.</summary>
    private static bool IsExempt(SurfaceMember member) =>
        member.Signature.Contains("SerializationInfo", StringComparison.Ordinal)
        || member.Signature is "ISurrogate ToSurrogate(ActorSystem)" or "string ToString()" or "bool Equals(object)" or "int GetHashCode()";

    private static string Nearest(string signature, IEnumerable<string> candidates)
    {
        var name = MemberName(signature);
        var same = candidates.Where(candidate => MemberName(candidate) == name).ToList();
        return same.Count == 0 ? "" : $" (it has {string.Join("; ", same)})";
    }

    private static string MemberName(string signature)
    {
        var end = signature.IndexOfAny(['(', '`']);
        var head = end < 0 ? signature : signature[..end];
        return head[(head.LastIndexOf(' ') + 1)..];
    }
}

/// <summary>One difference of the two surfaces.</summary>
internal sealed record SurfaceFinding(string Type, string Member, string Explanation)
{
    public override string ToString() => $"{Type} | {Member} | {Explanation}";
}
