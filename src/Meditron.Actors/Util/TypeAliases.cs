using System.Collections.Concurrent;
using System.Reflection;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Util;

/// <summary>
/// Finds the types that configurations name. Names of Akka.NET's types and assemblies mean this engine's types of the same name,
/// so that one configuration fits both engines.
/// </summary>
internal static class TypeAliases
{
    private const string Ours = "Meditron.Actors";
    private static readonly string[] OurAssemblies =
        [Ours, Ours + ".Remote", Ours + ".Cluster", Ours + ".Persistence", Ours + ".TestKit"];

    // Types whose place in this engine differs from Akka.NET's.
    private static readonly Dictionary<string, string> Moved = new(StringComparer.Ordinal)
    {
        ["Akka.Remote.Serialization.ProtobufSerializer"] = "Meditron.Actors.Serialization.ProtobufSerializer",
        ["Akka.Remote.Serialization.MiscMessageSerializer"] = "Meditron.Actors.Serialization.MiscMessageSerializer",
        ["Akka.Remote.Serialization.PrimitiveSerializers"] = "Meditron.Actors.Serialization.PrimitiveSerializers",
    };

    private static readonly ConcurrentDictionary<string, Type?> Found = new(StringComparer.Ordinal);

    /// <summary>The type that a configuration names; an error that says what was tried if there is none.</summary>
    internal static Type Resolve(string name) => Resolve(name, null);

    /// <summary>The type that a key of a configuration names; an error with the key if there is none.</summary>
    internal static Type Resolve(string name, string? key) =>
        TryResolve(name) ?? throw new ConfigurationException(
            $"{(key is null ? "The configuration" : key)} names the type '{name}', which no loaded assembly has"
            + $"{(Translate(name) is var (type, assembly) && type != name ? $" (looked for {type} in {assembly ?? "all assemblies"})" : string.Empty)}. "
            + "Write 'Namespace.Type, Assembly' with the assembly beside the program.");

    /// <summary>The type that a configuration names, or null.</summary>
    internal static Type? TryResolve(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Found.TryGetValue(name, out Type? type))
        {
            return type;
        }

        type = Find(name);
        if (type is not null)
        {
            Found[name] = type;
        }

        return type;
    }

    private static Type? Find(string name)
    {
        (string typeName, string? assemblyName) = Translate(name);
        if (assemblyName is not null)
        {
            return TypeOf(typeName, assemblyName);
        }

        if (typeName.StartsWith(Ours + ".", StringComparison.Ordinal))
        {
            // The longest assembly name that the namespace starts with is the likeliest home, but any of ours may be it.
            foreach (string assembly in OurAssemblies.OrderByDescending(a => typeName.StartsWith(a + ".", StringComparison.Ordinal) ? a.Length : 0))
            {
                if (TypeOf(typeName, assembly) is { } ours)
                {
                    return ours;
                }
            }
        }

        return Type.GetType(typeName, throwOnError: false) ?? AppDomain.CurrentDomain.GetAssemblies()
            .OrderBy(a => a.FullName, StringComparer.Ordinal)
            .Select(a => a.GetType(typeName, throwOnError: false))
            .FirstOrDefault(t => t is not null);
    }

    private static Type? TypeOf(string typeName, string assemblyName)
    {
        try
        {
            return Type.GetType($"{typeName}, {assemblyName}", throwOnError: false)
                ?? AppDomain.CurrentDomain.GetAssemblies()
                    .Where(a => string.Equals(a.GetName().Name, assemblyName, StringComparison.Ordinal))
                    .Select(a => a.GetType(typeName, throwOnError: false))
                    .FirstOrDefault(t => t is not null);
        }
        catch (Exception e) when (e is FileLoadException or BadImageFormatException or FileNotFoundException or ArgumentException or TargetInvocationException)
        {
            return null;
        }
    }

    private static (string Type, string? Assembly) Translate(string name)
    {
        int comma = AssemblySeparator(name);
        string type = (comma < 0 ? name : name[..comma]).Trim();
        string? assembly = comma < 0 ? null : name[(comma + 1)..].Split(',')[0].Trim();
        if (Moved.TryGetValue(type, out string? moved))
        {
            return (moved, Ours);
        }

        if (type.StartsWith("Akka.", StringComparison.Ordinal))
        {
            type = Ours + type["Akka".Length..];
        }

        return (type, assembly is null ? null : AssemblyOf(assembly));
    }

    private static string AssemblyOf(string assembly)
    {
        if (assembly != "Akka" && !assembly.StartsWith("Akka.", StringComparison.Ordinal))
        {
            return assembly;
        }

        // Akka.Cluster.Tools lives in our cluster assembly, Akka.Persistence.Sql in our persistence assembly, and so on;
        // all that has no assembly of its own here (Akka.Logger.Serilog) lives in the first.
        string[] parts = assembly.Split('.');
        string candidate = parts.Length > 1 ? $"{Ours}.{parts[1]}" : Ours;
        return OurAssemblies.Contains(candidate) ? candidate : Ours;
    }

    // The comma that ends the type's name: not one inside the brackets of generic arguments.
    private static int AssemblySeparator(string name)
    {
        int depth = 0;
        for (int i = 0; i < name.Length; i++)
        {
            switch (name[i])
            {
                case '[':
                    depth++;
                    break;
                case ']':
                    depth--;
                    break;
                case ',' when depth == 0:
                    return i;
            }
        }

        return -1;
    }
}
