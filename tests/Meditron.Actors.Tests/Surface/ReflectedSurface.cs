using System.Globalization;
using System.Reflection;

namespace Meditron.Actors.Tests.Surface;

/// <summary>Reads the public and protected surface of the engine's assemblies by reflection.</summary>
internal static class ReflectedSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The engine's assemblies; each is named by a type it must have.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        .. new[] { "Meditron.Actors", "Meditron.Actors.Remote", "Meditron.Actors.Cluster", "Meditron.Actors.Persistence", "Meditron.Actors.TestKit" }
            .Select(Assembly.Load),
    ];

    public static IEnumerable<Type> VisibleTypes(Assembly assembly) => assembly.GetTypes().Where(IsVisible);

    public static Dictionary<string, SurfaceType> Read(IEnumerable<Assembly> assemblies) =>
        assemblies.SelectMany(VisibleTypes).Select(Read).ToDictionary(type => type.FullName, StringComparer.Ordinal);

    /// <summary>The namespace as Akka.NET has it.</summary>
    public static string AkkaNamespace(Type type) => type.Namespace switch
    {
        null => "",
        "Meditron.Actors" => "Akka",
        var name when name.StartsWith("Meditron.Actors.", StringComparison.Ordinal) => "Akka" + name["Meditron.Actors".Length..],
        var name => name,
    };

    private static bool IsVisible(Type type) =>
        type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!) : type.IsPublic;

    private static SurfaceType Read(Type type)
    {
        var bases = new List<string>();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
        {
            bases.Add(SurfaceText.Name(parent));
        }

        bases.AddRange(type.GetInterfaces().Where(IsVisible).Select(SurfaceText.Name));
        var surface = new SurfaceType(AkkaNamespace(type), SurfaceText.DeclaredName(type), Kind(type), bases);
        foreach (var member in Members(type))
        {
            surface.Members[member.Signature] = member;
        }

        return surface;
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsValueType: true } => "struct",
        { IsInterface: true } => "interface",
        _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static IEnumerable<SurfaceMember> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            yield return Simple($"{SurfaceText.Name(invoke.ReturnType)} {SurfaceText.Parameters(invoke)}");
            yield break;
        }

        if (type.IsEnum)
        {
            foreach (var value in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                yield return Simple($"{value.Name} = {Convert.ToInt64(value.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
            }

            yield break;
        }

        foreach (var member in type.GetMembers(Declared))
        {
            var read = member switch
            {
                FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly => Field(field),
                ConstructorInfo constructor when !constructor.IsStatic && IsVisible(constructor) => Constructor(constructor),
                PropertyInfo property => Property(property),
                MethodInfo method when IsVisible(method) && !IsAccessor(method) => Method(method),
                EventInfo @event when @event.AddMethod is { } add && IsVisible(add) => Simple($"event {SurfaceText.Name(@event.EventHandlerType!)} {@event.Name}"),
                _ => null,
            };
            if (read is not null && !member.Name.Contains('<', StringComparison.Ordinal))
            {
                yield return read;
            }
        }
    }

    private static SurfaceMember Simple(string text) => new(text, text, false, false, false, false);

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Access(MethodBase method) =>
        (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : "");

    private static SurfaceMember Field(FieldInfo field)
    {
        var text = $"{(field.IsPublic ? "" : "protected ")}{(field.IsStatic ? "static " : "")}{SurfaceText.Name(field.FieldType)} {field.Name}";
        return new SurfaceMember(text, text, false, true, false, false);
    }

    private static SurfaceMember Constructor(ConstructorInfo constructor) => Simple($"{Access(constructor)}new{SurfaceText.Parameters(constructor)}");

    private static SurfaceMember? Property(PropertyInfo property)
    {
        var get = property.GetMethod is { } getter && IsVisible(getter) ? getter : null;
        var set = property.SetMethod is { } setter && IsVisible(setter) ? setter : null;
        if ((get ?? set) is not { } accessor)
        {
            return null;
        }

        var text = $"{Access(accessor)}{SurfaceText.Name(property.PropertyType)} {property.Name}";
        return new SurfaceMember(text, text, set is not null, false, IsOverridable(accessor), OverridesVisible(accessor));
    }

    private static SurfaceMember Method(MethodInfo method)
    {
        var arity = method.IsGenericMethodDefinition ? $"`{method.GetGenericArguments().Length}" : "";
        var text = $"{Access(method)}{SurfaceText.Name(method.ReturnType)} {method.Name}{arity}{SurfaceText.Parameters(method)}";
        return new SurfaceMember(text, text, false, false, IsOverridable(method), OverridesVisible(method));
    }

    private static bool IsOverridable(MethodInfo method) => method is { IsVirtual: true, IsFinal: false } && !method.DeclaringType!.IsSealed;

    /// <summary>An override adds nothing to the surface of a visible base, which is compared itself.</summary>
    private static bool OverridesVisible(MethodInfo method) =>
        method.IsVirtual && method.GetBaseDefinition().DeclaringType is { } origin && origin != method.DeclaringType && IsVisible(origin);
}
