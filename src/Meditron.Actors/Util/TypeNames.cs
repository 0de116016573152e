namespace Meditron.Actors.Util;

/// <summary>Names types as configurations and manifests do.</summary>
internal static class TypeNames
{
    /// <summary>The full name with the assembly's name, without version, culture and key: 'Namespace.Type, Assembly'.</summary>
    internal static string TypeQualifiedName(this Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}
