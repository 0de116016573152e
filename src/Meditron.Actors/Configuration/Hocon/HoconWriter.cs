using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Meditron.Actors.Configuration.Hocon;

/// <summary>Writes resolved values as HOCON text that parses to the same values.</summary>
internal static class HoconWriter
{
    /// <summary>A key as it stands in a path: quoted where it has to be.</summary>
    public static string Key(string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && key != "include" ? key : Quote(key);

    /// <summary>A string in double quotes, escaped.</summary>
    public static string Quote(string text)
    {
        var builder = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => builder.Append("\\\""),
                '\\' => builder.Append("\\\\"),
                '\n' => builder.Append("\\n"),
                '\r' => builder.Append("\\r"),
                '\t' => builder.Append("\\t"),
                < ' ' or '\x7f' or '\u2028' or '\u2029' => builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => builder.Append(c),
            };
        }

        return builder.Append('"').ToString();
    }

    /// <summary>Writes a value; an object at <paramref name="indent"/> 0 and the top goes without braces.</summary>
    public static string Write(HoconValue value, int indent, bool braces)
    {
        var builder = new StringBuilder();
        Write(builder, value, indent, braces);
        return builder.ToString();
    }

    private static void Write(StringBuilder builder, HoconValue value, int indent, bool braces)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new ConfigurationException("The configuration cannot be written: it is nested deeper than this thread's stack allows.");
        }

        if (value.IsObject())
        {
            WriteObject(builder, value.GetObject(), indent, braces);
        }
        else if (value.IsArray())
        {
            WriteArray(builder, value.GetArray(), indent);
        }
        else if (value.IsNull)
        {
            builder.Append("null");
        }
        else
        {
            var text = value.GetString();
            builder.Append(IsPlain(text) ? text : Quote(text));
        }
    }

    private static void WriteObject(StringBuilder builder, HoconObject value, int indent, bool braces)
    {
        var inner = braces ? indent + 1 : indent;
        if (braces)
        {
            builder.Append('{');
        }

        foreach (var (key, item) in value.Items)
        {
            if (builder.Length > 0)
            {
                builder.Append('\n');
            }

            builder.Append(' ', inner * 2).Append(Key(key)).Append(item.IsObject() ? " " : " = ");
            Write(builder, item, inner, braces: true);
        }

        if (braces)
        {
            if (value.Items.Count > 0)
            {
                builder.Append('\n').Append(' ', indent * 2);
            }

            builder.Append('}');
        }
    }

    private static void WriteArray(StringBuilder builder, IList<HoconValue> items, int indent)
    {
        var simple = items.All(item => item.IsString());
        builder.Append('[');
        for (var i = 0; i < items.Count; i++)
        {
            if (!simple)
            {
                builder.Append('\n').Append(' ', (indent + 1) * 2);
            }
            else if (i > 0)
            {
                builder.Append(", ");
            }

            Write(builder, items[i], indent + 1, braces: true);
            if (!simple && i < items.Count - 1)
            {
                builder.Append(',');
            }
        }

        if (!simple)
        {
            builder.Append('\n').Append(' ', indent * 2);
        }

        builder.Append(']');
    }

    private static bool IsPlain(string text) =>
        text.Length > 0 && text != "null" && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
