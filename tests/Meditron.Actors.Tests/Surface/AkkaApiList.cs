using System.Text.RegularExpressions;

namespace Meditron.Actors.Tests.Surface;

/// <summary>Reads the list of Akka.NET's public members: a line for each type, then its members, two spaces in.</summary>
internal static partial class AkkaApiList
{
    public static Dictionary<string, SurfaceType> Read(string path)
    {
        var types = new Dictionary<string, SurfaceType>(StringComparer.Ordinal);
        SurfaceType? current = null;
        var generics = Array.Empty<string>();
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith('#') || line.Length == 0)
            {
                continue;
            }

            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                var member = Member(line.Trim(), current!.Kind, generics);
                current.Members[member.Signature] = member;
                continue;
            }

            var match = TypeLine().Match(line);
            if (!match.Success)
            {
                throw new FormatException($"'{line}' of {path} is neither a type nor a member.");
            }

            var (name, parameters) = SplitGenerics(match.Groups["name"].Value);
            generics = parameters;
            current = new SurfaceType(match.Groups["namespace"].Value, name, match.Groups["kind"].Value, SplitTop(match.Groups["bases"].Value));
            types[current.FullName] = current;
        }

        return types;
    }

    /// <summary>Splits "Name&lt;A,B&gt;" into the name with its arity and the names of its type parameters.</summary>
    private static (string Name, string[] Parameters) SplitGenerics(string name)
    {
        var at = name.IndexOf('<', StringComparison.Ordinal);
        return at < 0
            ? (name, [])
            : (SurfaceText.WithArity(name[..at], SplitTop(name[(at + 1)..^1]).Length), SplitTop(name[(at + 1)..^1]));
    }

    private static SurfaceMember Member(string text, string kind, string[] typeGenerics)
    {
        var overridable = Modifier().IsMatch(text) && !kind.StartsWith("sealed", StringComparison.Ordinal);
        var plain = Modifier().Replace(text, "").Replace("const ", "static ", StringComparison.Ordinal);
        var setter = plain.EndsWith("{ get; set; }", StringComparison.Ordinal);
        var property = plain.EndsWith('}');
        if (property)
        {
            plain = plain[..plain.IndexOf(" {", StringComparison.Ordinal)];
        }

        // Type parameters have other names in other engines: they are compared by position.
        var method = MethodGenerics().Match(plain);
        if (method.Success)
        {
            var names = SplitTop(method.Groups["names"].Value);
            plain = plain.Remove(method.Groups["all"].Index, method.Groups["all"].Length)
                .Insert(method.Groups["all"].Index, $"`{names.Length}");
            plain = Substitute(plain, names, "!!");
        }

        plain = Substitute(plain, typeGenerics, "!");
        var field = !property && !plain.Contains('(', StringComparison.Ordinal);
        return new SurfaceMember(plain, text, setter, field, overridable, false);
    }

    private static string Substitute(string text, string[] names, string prefix)
    {
        for (var i = 0; i < names.Length; i++)
        {
            text = Regex.Replace(text, $@"(?<![\w.!]){Regex.Escape(names[i])}(?!\w)", $"{prefix}{i}");
        }

        return text;
    }

    /// <summary>Splits at the commas that no angle brackets enclose.</summary>
    private static string[] SplitTop(string text)
    {
        var parts = new List<string>();
        var depth = 0;
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '<' => 1, '>' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                parts.Add(text[from..i].Trim());
                from = i + 1;
            }
        }

        if (from < text.Length)
        {
            parts.Add(text[from..].Trim());
        }

        return [.. parts];
    }

    [GeneratedRegex(@"^(?<namespace>[\w.]+) \| (?<kind>((static|abstract|sealed) )?(class|struct|interface|enum|delegate)) (?<name>[^ :]+)( : (?<bases>.*))?$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"\b(abstract|virtual) ")]
    private static partial Regex Modifier();

    [GeneratedRegex(@"[ .]\w+(?<all><(?<names>\w+(,\w+)*)>)\(")]
    private static partial Regex MethodGenerics();
}
