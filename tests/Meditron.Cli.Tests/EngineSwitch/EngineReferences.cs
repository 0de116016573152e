using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Meditron.Cli.Tests.EngineSwitch;

/// <summary>Reads from a compiled assembly which types and members of the bundled engine it uses.</summary>
internal static class EngineReferences
{
    private const string Engine = "Meditron.Actors";

    /// <summary>A type of the engine by its full name, nested ones after a plus, and the member used of it; null for the type alone.</summary>
    internal sealed record Reference(string Assembly, string Type, string? Member)
    {
        public override string ToString() => Member is null ? Type : $"{Type}.{Member}";
    }

    /// <summary>All references of an assembly's file to the engine, each once.</summary>
    public static IReadOnlyList<Reference> Read(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var reader = image.GetMetadataReader();
        var found = new HashSet<Reference>();
        foreach (var handle in reader.TypeReferences)
        {
            if (Describe(reader, handle) is var (assembly, type))
            {
                found.Add(new Reference(assembly, type, null));
            }
        }

        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            var parent = member.Parent.Kind switch
            {
                HandleKind.TypeReference => (TypeReferenceHandle)member.Parent,
                HandleKind.TypeSpecification => GenericTypeOf(reader, (TypeSpecificationHandle)member.Parent),
                _ => default,
            };
            if (!parent.IsNil && Describe(reader, parent) is var (assembly, type))
            {
                found.Add(new Reference(assembly, type, reader.GetString(member.Name)));
            }
        }

        return [.. found.OrderBy(reference => reference.ToString(), StringComparer.Ordinal)];
    }

    private static (string Assembly, string Type)? Describe(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        switch (type.ResolutionScope.Kind)
        {
            case HandleKind.TypeReference when Describe(reader, (TypeReferenceHandle)type.ResolutionScope) is var (assembly, outer):
                return (assembly, $"{outer}+{name}");
            case HandleKind.AssemblyReference:
                var home = reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name);
                return home == Engine || home.StartsWith(Engine + ".", StringComparison.Ordinal) ? (home, $"{reader.GetString(type.Namespace)}.{name}") : null;
            default:
                return null;
        }
    }

    /// <summary>The open type of a constructed one: GENERICINST, class or value type, then the coded index of the type.</summary>
    private static TypeReferenceHandle GenericTypeOf(MetadataReader reader, TypeSpecificationHandle handle)
    {
        var blob = reader.GetBlobReader(reader.GetTypeSpecification(handle).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return default;
        }

        blob.ReadByte();
        var type = blob.ReadTypeHandle();
        return type.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)type : default;
    }
}
