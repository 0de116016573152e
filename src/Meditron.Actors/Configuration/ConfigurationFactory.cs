using System.Collections;
using System.Globalization;
using System.Reflection;
using Meditron.Actors.Configuration.Hocon;

namespace Meditron.Actors.Configuration;

/// <summary>Makes configurations from text, resources, objects and the application's own file.</summary>
public class ConfigurationFactory
{
    /// <summary>A configuration without keys.</summary>
    public static Config Empty => ParseString("");

    /// <summary>Parses HOCON text.</summary>
    /// <exception cref="ConfigurationException">The text is not HOCON, or a substitution has no value: the message gives line and column.</exception>
    public static Config ParseString(string hocon) => ParseString(hocon, null!);

    /// <summary>Parses HOCON text; the callback gives what <see cref="Parser.Parse"/> returns for each included name, or null if there is no such thing.</summary>
    /// <exception cref="ConfigurationException">The text is not HOCON, or a substitution has no value: the message gives line and column.</exception>
    public static Config ParseString(string hocon, Func<string, HoconRoot?> includeCallback) => new(Parser.Parse(hocon, includeCallback));

    /// <summary>The configuration in app.conf or app.hocon beside the program, or an empty one where there is neither.</summary>
    public static Config Load()
    {
        foreach (var name in new[] { "app.conf", "app.hocon" })
        {
            var path = Path.Combine(AppContext.BaseDirectory, name);
            if (File.Exists(path))
            {
                return ParseString(File.ReadAllText(path));
            }
        }

        return Empty;
    }

    /// <summary>The engine's own defaults: every key that it reads.</summary>
    public static Config Default() =>
        typeof(ConfigurationFactory).Assembly.GetManifestResourceInfo("Meditron.Actors.Configuration.reference.conf") is null
            ? Empty
            : FromResource("Meditron.Actors.Configuration.reference.conf", typeof(ConfigurationFactory).Assembly);

    /// <summary>Parses the resource of the given name in the assembly of <typeparamref name="TAssembly"/>.</summary>
    public static Config FromResource<TAssembly>(string resourceName) => FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>Parses the resource of the given name in the assembly that the instance's type comes from.</summary>
    public static Config FromResource(string resourceName, object instanceInAssembly)
    {
        ArgumentNullException.ThrowIfNull(instanceInAssembly);
        return FromResource(resourceName, instanceInAssembly as Assembly ?? (instanceInAssembly as Type ?? instanceInAssembly.GetType()).Assembly);
    }

    /// <summary>Parses the resource of the given name in an assembly.</summary>
    /// <exception cref="ConfigurationException">There is no such resource, or it is not HOCON.</exception>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"The assembly {assembly.GetName().Name} has no resource named {resourceName}. Embed the file, or correct the name.");
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }

    /// <summary>Makes a configuration from an object's public properties, or from a dictionary; lists become arrays, nested objects objects.</summary>
    public static Config FromObject(object source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var value = Convert(source, 0);
        return value.IsObject()
            ? new Config(new HoconRoot(value))
            : throw new ConfigurationException($"A configuration cannot be made from a {source.GetType().Name}: it has no named properties.");
    }

    private static HoconValue Convert(object? source, int depth)
    {
        if (depth > 64)
        {
            throw new ConfigurationException("A configuration cannot be made from this object: it is nested more than 64 deep, or holds itself.");
        }

        return source switch
        {
            null => HoconValue.Null(default),
            Config config => config.Root,
            bool flag => HoconValue.FromText(flag ? "true" : "false", default),
            TimeSpan time => HoconValue.FromText(
                time == Timeout.InfiniteTimeSpan ? "infinite" : string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / (decimal)TimeSpan.TicksPerMillisecond:0.####}ms"), default),
            string or Enum or IFormattable or char or Uri => HoconValue.FromText((source as IFormattable)?.ToString(null, CultureInfo.InvariantCulture) ?? source.ToString()!, default),
            IDictionary map => HoconValue.FromObject(new HoconObject(map.Keys.Cast<object>().ToDictionary(key => key.ToString()!, key => Convert(map[key], depth + 1))), default),
            IEnumerable list => HoconValue.FromArray([.. list.Cast<object?>().Select(item => Convert(item, depth + 1))], default),
            _ => HoconValue.FromObject(
                new HoconObject(source.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .Where(property => property.CanRead && property.GetIndexParameters().Length == 0)
                    .ToDictionary(property => property.Name, property => Convert(property.GetValue(source), depth + 1))),
                default),
        };
    }
}
