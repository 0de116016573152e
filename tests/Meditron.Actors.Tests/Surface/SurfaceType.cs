namespace Meditron.Actors.Tests.Surface;

/// <summary>A type as a line of the list or as reflected: its kind, its bases by simple name and its members by normalized signature.</summary>
internal sealed class SurfaceType(string @namespace, string name, string kind, IReadOnlyList<string> bases)
{
    /// <summary>The namespace, with the engine's own prefix written as "Akka".</summary>
    public string Namespace { get; } = @namespace;

    /// <summary>Simple name; nested types carry their outer type's, generic ones their arity as "&lt;,&gt;".</summary>
    public string Name { get; } = name;

    /// <summary>"class", "abstract class", "static class", "sealed class", "struct", "interface", "enum" or "delegate".</summary>
    public string Kind { get; } = kind;

    public IReadOnlyList<string> Bases { get; } = bases;

    public string FullName => $"{Namespace}.{Name}";

    /// <summary>Signatures of the declared members, the same text for both engines when source that compiles with one compiles with the other.</summary>
    public SortedDictionary<string, SurfaceMember> Members { get; } = new(StringComparer.Ordinal);
}

/// <summary>One public or protected member.</summary>
/// <param name="Signature">Accessibility, return type, name and parameters, without what source that uses it cannot tell apart.</param>
/// <param name="Text">As it is written in the list.</param>
/// <param name="HasSetter">Whether it is a property that can be set.</param>
/// <param name="IsField">Whether it is a field, which says nothing of whether it can be set.</param>
/// <param name="Overridable">Whether a subclass can override it.</param>
/// <param name="Overrides">Whether it only overrides a member of a type from outside the engine.</param>
internal sealed record SurfaceMember(string Signature, string Text, bool HasSetter, bool IsField, bool Overridable, bool Overrides);
