using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Meditron.Training.Settings;

/// <summary>
/// Turns a section of a configuration into a plain record: keys are the kebab-case of property or constructor parameter names. Knows text, numbers (a <c>long</c> may be
/// a size such as 64MiB), booleans, durations, enums, nullable values, lists, dictionaries and nested records. The standard attributes <see cref="RangeAttribute"/>,
/// <see cref="AllowedValuesAttribute"/> and <see cref="RegularExpressionAttribute"/> and the interface <see cref="IValidatableObject"/> state what is allowed;
/// a record with a static <c>Parse(string)</c> may also be given as text. A key that the record does not have is an error that names the nearest one.
/// </summary>
public static class SettingsBinder
{
    /// <summary>Binds the section at a path; a section that is absent counts as empty.</summary>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is missing, of the wrong type or not allowed: the message names key, value, place and what is allowed.</exception>
    public static T Bind<T>(Config config, string path)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(path);
        return (T)BindObject(typeof(T), config.GetValue(path), path, new Tree(typeof(T), path));
    }

    /// <summary>All keys, dotted, that a record of this type has below a path; lists of records are not entered.</summary>
    public static IReadOnlyList<string> KnownKeys(Type type, string path)
    {
        ArgumentNullException.ThrowIfNull(type);
        var keys = new List<string>();
        foreach (var member in SettingsMember.Of(type))
        {
            var key = path.Length == 0 ? member.Key : $"{path}.{member.Key}";
            keys.Add(key);
            if (IsRecord(member.Type))
            {
                keys.AddRange(KnownKeys(member.Type, key));
            }
        }

        return keys;
    }

    private static object BindObject(Type type, HoconValue? value, string path, Tree tree)
    {
        if (value is not null && value.IsString() && ParseMethod(type) is { } parse)
        {
            return Guard(value, path, "", () => parse.Invoke(null, [value.GetString()])!);
        }

        if (value is not null && !value.IsObject())
        {
            throw Wrong(path, value, "an object { ... }");
        }

        var members = SettingsMember.Of(type);
        if (value is not null)
        {
            foreach (var (key, item) in value.GetObject().Items)
            {
                if (!members.Any(member => member.Key == key) && type.GetCustomAttribute<OtherSectionsAttribute>()?.Keys.Contains(key) != true)
                {
                    if (type.GetCustomAttributes<RenamedAttribute>().FirstOrDefault(renamed => renamed.Key == key) is { } renamed)
                    {
                        throw new ConfigurationException($"{path}.{key}{Place(item)} is no key any more: {renamed.Now}");
                    }

                    throw Unknown(path, key, item, members, tree);
                }
            }
        }

        var instance = SettingsMember.Create(type, members, member => Value(member, value, path, tree));
        if (instance is IValidatableObject validatable)
        {
            foreach (var fault in validatable.Validate(new ValidationContext(instance)))
            {
                var member = members.FirstOrDefault(item => fault.MemberNames.Contains(item.Name));
                var child = member is null ? null : value?.GetObject().GetKey(member.Key);
                throw child is null || child.IsObject()
                    ? new ConfigurationException($"{path}{(member is null ? "" : "." + member.Key)}: {fault.ErrorMessage}")
                    : Wrong($"{path}.{member!.Key}", child, null, fault.ErrorMessage);
            }
        }

        return instance;
    }

    /// <summary>The value for a member, or <see cref="SettingsMember.Unset"/> where the configuration has none and the record has its own.</summary>
    private static object? Value(SettingsMember member, HoconValue? section, string path, Tree tree)
    {
        var child = section?.GetObject().GetKey(member.Key);
        var key = $"{path}.{member.Key}";
        if (child is null)
        {
            return IsRecord(member.Type) && member.Required ? BindObject(member.Type, null, key, tree)
                : member.Required ? throw new ConfigurationException($"{key} has no value. Set it to {Describe(member.Type, member)}.")
                : SettingsMember.Unset;
        }

        if (IsNull(child))
        {
            return member.Nullable ? null : throw Wrong(key, child, Describe(member.Type, member));
        }

        var bound = Convert(member.Type, child, key, member, tree);
        foreach (var attribute in member.Attributes.OfType<ValidationAttribute>())
        {
            if (!attribute.IsValid(bound))
            {
                throw Wrong(key, child, Describe(member.Type, member));
            }
        }

        return bound;
    }

    private static object Convert(Type type, HoconValue value, string path, SettingsMember member, Tree tree)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var wanted = Describe(type, member);
        if (type.IsEnum)
        {
            var text = Guard(value, path, wanted, value.GetString);
            return Enum.GetValues(type).Cast<object>().FirstOrDefault(item => KeyNames.ToKey(item.ToString()!) == text) ?? throw Wrong(path, value, wanted);
        }

        if (ItemType(type) is { } item)
        {
            var items = Guard(value, path, wanted, value.GetArray);
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
            for (var i = 0; i < items.Count; i++)
            {
                list.Add(Convert(item, items[i], $"{path}[{i}]", member, tree));
            }

            if (!type.IsArray)
            {
                return list;
            }

            var array = Array.CreateInstance(item, list.Count);
            list.CopyTo(array, 0);
            return array;
        }

        if (EntryType(type) is { } entry)
        {
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), entry))!;
            foreach (var (key, child) in Guard(value, path, wanted, value.GetObject).Items)
            {
                map[key] = Convert(entry, child, $"{path}.{key}", member, tree);
            }

            return map;
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.String => Guard(value, path, wanted, value.GetString),
            TypeCode.Boolean => Guard(value, path, wanted, () => (object)value.GetBoolean()),
            TypeCode.Int32 => Guard(value, path, wanted, () => (object)value.GetInt()),
            TypeCode.Int64 => Guard(value, path, wanted, () => (object)Long(value)),
            TypeCode.Double => Guard(value, path, wanted, () => (object)Finite(value.GetDouble())),
            TypeCode.Single => Guard(value, path, wanted, () => (object)(float)Finite(value.GetFloat())),
            TypeCode.Decimal => Guard(value, path, wanted, () => (object)value.GetDecimal()),
            _ => type == typeof(TimeSpan) ? Guard(value, path, wanted, () => (object)value.GetTimeSpan()) : BindObject(type, value, path, tree),
        };
    }

    private static long Long(HoconValue value) =>
        long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var plain) ? plain : value.GetByteSize() ?? throw new FormatException();

    private static double Finite(double value) => double.IsFinite(value) ? value : throw new FormatException();

    private static T Guard<T>(HoconValue value, string path, string wanted, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (TargetInvocationException e) when (e.InnerException is FormatException or ArgumentException)
        {
            throw Wrong(path, value, null, e.InnerException.Message);
        }
        catch (Exception e) when (e is ConfigurationException or FormatException or OverflowException or InvalidOperationException or InvalidCastException)
        {
            throw Wrong(path, value, wanted);
        }
    }

    private static ConfigurationException Wrong(string path, HoconValue value, string? wanted, string? message = null) =>
        new($"{path} = {Show(value)}{Place(value)}: {message ?? $"expected {wanted}."}");

    private static ConfigurationException Unknown(string path, string key, HoconValue value, IReadOnlyList<SettingsMember> members, Tree tree)
    {
        // The same name in another section is a likelier slip than a similar name in this one.
        var elsewhere = tree.Keys.FirstOrDefault(known => known.EndsWith("." + key, StringComparison.Ordinal));
        var nearest = KeyNames.Nearest(key, members.Select(member => member.Key));
        var near = nearest is null ? tree.Keys[0] : $"{path}.{nearest}";
        var hint = elsewhere is not null && (nearest is null || KeyNames.Distance(key, nearest) > 2) ? elsewhere : near;
        return new($"{path}.{key}{Place(value)} is not a known key. The nearest one is {hint}.{(members.Count is > 0 and <= 30 ? $" Known under {path}: {string.Join(", ", members.Select(member => member.Key))}." : "")}");
    }

    private static string Show(HoconValue value)
    {
        var text = value.IsString() ? value.GetString() : value.ToString()!.ReplaceLineEndings(" ");
        text = text.Length <= 60 ? text : text[..57] + "...";
        return value.IsString() && (text.Length == 0 || text.Any(char.IsWhiteSpace)) ? $"\"{text}\"" : text;
    }

    /// <summary>Where a value was set, as far as the engine's parser tells: it does so in the errors of its getters.</summary>
    internal static string Place(HoconValue value)
    {
        try
        {
            _ = value.IsObject() ? value.GetString() : (object)value.GetObject();
        }
        catch (Exception e)
        {
            var end = e.Message.IndexOf(": the value is", StringComparison.Ordinal);
            return end > 0 ? $" ({e.Message[..end]})" : "";
        }

        return "";
    }

    private static bool IsNull(HoconValue value) => !value.IsString() && !value.IsArray() && !value.IsObject();

    private static string Describe(Type type, SettingsMember member)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (member.Attributes.OfType<AllowedValuesAttribute>().FirstOrDefault() is { } allowed)
        {
            return OneOf(allowed.Values.Select(item => System.Convert.ToString(item, CultureInfo.InvariantCulture)!));
        }

        if (member.Attributes.OfType<RegularExpressionAttribute>().FirstOrDefault() is { ErrorMessage: { } form })
        {
            return form;
        }

        var text = type.IsEnum ? OneOf(Enum.GetNames(type).Select(KeyNames.ToKey))
            : ItemType(type) is not null ? "a list [ ... ]"
            : EntryType(type) is not null ? "an object { ... }"
            : Type.GetTypeCode(type) switch
            {
                TypeCode.String => "a string",
                TypeCode.Boolean => "true or false",
                TypeCode.Int32 => "a whole number",
                TypeCode.Int64 => "a whole number or a size such as 64MiB",
                TypeCode.Double or TypeCode.Single or TypeCode.Decimal => "a number",
                _ => type == typeof(TimeSpan) ? "a duration such as 500ms, 10s or 2 minutes" : "an object { ... }",
            };
        if (member.Attributes.OfType<RangeAttribute>().FirstOrDefault() is not { } range)
        {
            return text;
        }

        var maximum = System.Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        var lower = FormattableString.Invariant($"{(range.MinimumIsExclusive ? "above" : "of at least")} {range.Minimum}");
        return maximum >= int.MaxValue ? $"{text} {lower}"
            : FormattableString.Invariant($"{text} {(range.MinimumIsExclusive ? "above" : "from")} {range.Minimum} {(range.MaximumIsExclusive ? "to below" : "to")} {range.Maximum}");
    }

    private static string OneOf(IEnumerable<string> names) => "one of " + string.Join(", ", names);

    private static bool IsRecord(Type type) =>
        Type.GetTypeCode(type) == TypeCode.Object && Nullable.GetUnderlyingType(type) is null && type != typeof(TimeSpan) && ItemType(type) is null && EntryType(type) is null && ParseMethod(type) is null;

    private static MethodInfo? ParseMethod(Type type) =>
        type.GetMethod("Parse", BindingFlags.Public | BindingFlags.Static, [typeof(string)]) is { } parse && parse.ReturnType == type ? parse : null;

    private static Type? ItemType(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(IReadOnlyList<>) || open == typeof(List<>) || open == typeof(IList<>) || open == typeof(IEnumerable<>) || open == typeof(IReadOnlyCollection<>))
            ? type.GetGenericArguments()[0]
        : null;

    private static Type? EntryType(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(IReadOnlyDictionary<,>) || open == typeof(Dictionary<,>) || open == typeof(IDictionary<,>))
            && type.GetGenericArguments()[0] == typeof(string)
            ? type.GetGenericArguments()[1]
            : null;

    /// <summary>All keys of the record that is being bound, for suggestions.</summary>
    private sealed class Tree(Type type, string path)
    {
        private readonly Lazy<IReadOnlyList<string>> keys = new(() => KnownKeys(type, path));

        public IReadOnlyList<string> Keys => keys.Value;
    }
}
