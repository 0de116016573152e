using System.Globalization;
using System.Reflection;

namespace Meditron.Actors.Tests.Surface;

/// <summary>Writes reflected types and members the way the list of Akka.NET's members does.</summary>
internal static class SurfaceText
{
    private static readonly Dictionary<Type, string> _aliases = new()
    {
        [typeof(string)] = "string",
        [typeof(int)] = "int",
        [typeof(bool)] = "bool",
        [typeof(long)] = "long",
        [typeof(object)] = "object",
        [typeof(double)] = "double",
        [typeof(float)] = "float",
        [typeof(byte)] = "byte",
        [typeof(void)] = "void",
    };

    /// <summary>A generic type's name with its arity.</summary>
    public static string WithArity(string name, int arity) => arity == 0 ? name : $"{name}<{new string(',', arity - 1)}>";

    /// <summary>A declared type's name: outer types' names first, arity last.</summary>
    public static string DeclaredName(Type type)
    {
        var arity = type.GetGenericArguments().Length;
        return WithArity(PlainName(type), arity);
    }

    /// <summary>A type where it is used: simple name, with type parameters by position.</summary>
    public static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return $"ref {Name(type.GetElementType()!)}";
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[]";
        }

        if (type.IsGenericParameter)
        {
            return (type.DeclaringMethod is null ? "!" : "!!") + type.GenericParameterPosition.ToString(CultureInfo.InvariantCulture);
        }

        if (_aliases.TryGetValue(type, out var alias))
        {
            return alias;
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        var arguments = type.GetGenericArguments();
        return arguments.Length == 0 ? PlainName(type) : $"{PlainName(type)}<{string.Join(",", arguments.Select(Name))}>";
    }

    /// <summary>A method's or constructor's parameters in parentheses.</summary>
    public static string Parameters(MethodBase method) =>
        "(" + string.Join(", ", method.GetParameters().Select(parameter => Parameter(method, parameter))) + ")";

    private static string Parameter(MethodBase method, ParameterInfo parameter)
    {
        var text = Name(parameter.ParameterType);
        if (parameter.Position == 0 && method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false))
        {
            text = "this " + text;
        }

        if (parameter.IsDefined(typeof(ParamArrayAttribute), false))
        {
            text = "params " + text;
        }

        return parameter.HasDefaultValue ? text + "=" : text;
    }

    private static string PlainName(Type type)
    {
        var name = type.Name;
        var tick = name.IndexOf('`', StringComparison.Ordinal);
        name = tick < 0 ? name : name[..tick];
        return type.IsNested ? $"{PlainName(type.DeclaringType!)}.{name}" : name;
    }
}
