using System.Reflection;
using System.Runtime.CompilerServices;

namespace Meditron.Training.Settings;

/// <summary>One key of a settings record: a constructor parameter or a property that can be set.</summary>
internal sealed record SettingsMember(string Name, Type Type, bool Required, bool Nullable, IReadOnlyList<Attribute> Attributes, ParameterInfo? Parameter, PropertyInfo? Property)
{
    /// <summary>Stands for a value that is left to the record's own default.</summary>
    public static object Unset { get; } = new();

    /// <summary>The key in the configuration.</summary>
    public string Key { get; } = KeyNames.ToKey(Name);

    /// <summary>The members of a record, constructor parameters first.</summary>
    public static IReadOnlyList<SettingsMember> Of(Type type)
    {
        var nullability = new NullabilityInfoContext();
        var members = new List<SettingsMember>();
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var parameter in Constructor(type).GetParameters())
        {
            var property = properties.FirstOrDefault(item => item.Name == parameter.Name);
            var nullable = nullability.Create(parameter).WriteState == NullabilityState.Nullable;
            members.Add(new SettingsMember(parameter.Name!, parameter.ParameterType, !parameter.HasDefaultValue, nullable, AttributesOf(parameter, property), parameter, null));
        }

        foreach (var property in properties)
        {
            if (property is { CanRead: true, CanWrite: true, SetMethod.IsPublic: true } && !members.Exists(member => member.Name == property.Name))
            {
                var required = property.IsDefined(typeof(RequiredMemberAttribute));
                var nullable = nullability.Create(property).WriteState == NullabilityState.Nullable;
                members.Add(new SettingsMember(property.Name, property.PropertyType, required, nullable, AttributesOf(property, null), null, property));
            }
        }

        return members;
    }

    /// <summary>Makes a record from the values of its members.</summary>
    public static object Create(Type type, IReadOnlyList<SettingsMember> members, Func<SettingsMember, object?> value)
    {
        var arguments = members.Where(member => member.Parameter is not null).Select(member => value(member) is var given && given != Unset ? given : member.Parameter!.DefaultValue).ToArray();
        var instance = Constructor(type).Invoke(arguments);
        foreach (var member in members)
        {
            if (member.Property is { } property && value(member) is var given && given != Unset)
            {
                property.SetValue(instance, given);
            }
        }

        return instance;
    }

    private static ConstructorInfo Constructor(Type type) =>
        type.GetConstructors().Where(item => !item.GetParameters().Any(parameter => parameter.ParameterType == type)).OrderBy(item => item.GetParameters().Length).LastOrDefault()
        ?? throw new ArgumentException($"{type.Name} has no public constructor, so it cannot hold settings.", nameof(type));

    private static List<Attribute> AttributesOf(ICustomAttributeProvider source, PropertyInfo? property) =>
        [.. source.GetCustomAttributes(true).OfType<Attribute>(), .. property?.GetCustomAttributes(true).OfType<Attribute>() ?? []];
}
