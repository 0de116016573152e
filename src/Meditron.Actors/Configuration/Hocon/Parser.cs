using System.Runtime.CompilerServices;
using System.Text;

namespace Meditron.Actors.Configuration.Hocon;

/// <summary>Reads HOCON text into a tree by recursive descent; nesting is bounded, so that no input can exhaust the stack.</summary>
public sealed class Parser
{
    /// <summary>How deep objects and arrays may be nested.</summary>
    internal const int MaximumDepth = 256;

    private readonly List<HoconToken> tokens;
    private readonly Func<string, HoconRoot?>? includeCallback;
    private int index;
    private int depth;

    private Parser(List<HoconToken> tokens, Func<string, HoconRoot?>? includeCallback)
    {
        this.tokens = tokens;
        this.includeCallback = includeCallback;
    }

    private HoconToken Current => tokens[index];

    /// <summary>
    /// Parses a text. The callback is given the name of each include, as written (<c>classpath:NAME</c> and <c>url:NAME</c> for those two forms),
    /// and returns what <see cref="Parse"/> gave for it, or null if there is no such thing.
    /// </summary>
    /// <exception cref="ConfigurationException">The text is not HOCON: the message gives line and column.</exception>
    public static HoconRoot Parse(string text, Func<string, HoconRoot?>? includeCallback)
    {
        ArgumentNullException.ThrowIfNull(text);
        var source = new HoconSource();
        var parser = new Parser(HoconTokenizer.Tokenize(text, source), includeCallback);
        return new HoconRoot(parser.ParseRoot(), source);
    }

    private ObjectNode ParseRoot()
    {
        SkipBlank();
        ObjectNode root;
        if (Current.Kind == HoconTokenKind.OpenBrace)
        {
            root = ParseObject();
            SkipBlank();
        }
        else if (Current.Kind == HoconTokenKind.OpenBracket)
        {
            throw Current.Position.Error("a configuration must be an object, not an array.");
        }
        else
        {
            root = new ObjectNode(Current.Position, ParseFields(HoconTokenKind.End));
        }

        return Current.Kind == HoconTokenKind.End
            ? root
            : throw Current.Position.Error($"expected the end of the text, found {Current.Describe()}. Is there one closing brace too many?");
    }

    private ObjectNode ParseObject()
    {
        var open = Current;
        Enter(open);
        index++;
        var fields = ParseFields(HoconTokenKind.CloseBrace);
        if (Current.Kind != HoconTokenKind.CloseBrace)
        {
            throw Current.Position.Error($"expected '}}' to close the object opened at {open.Position}, found {Current.Describe()}.");
        }

        index++;
        depth--;
        return new ObjectNode(open.Position, fields);
    }

    private List<FieldNode> ParseFields(HoconTokenKind close)
    {
        var fields = new List<FieldNode>();
        SkipBlank();
        while (Current.Kind != close && Current.Kind is not (HoconTokenKind.End or HoconTokenKind.CloseBrace or HoconTokenKind.CloseBracket))
        {
            fields.Add(ParseField());
            if (!SkipSeparator())
            {
                break;
            }
        }

        if (Current.Kind != close && Current.Kind != HoconTokenKind.End)
        {
            throw Current.Position.Error($"expected a key, a comma or a new line, found {Current.Describe()}.");
        }

        return fields;
    }

    private FieldNode ParseField()
    {
        var start = Current.Position;
        if (TryParseInclude() is { } include)
        {
            return include;
        }

        var path = ParseKey();
        var ahead = index;
        while (tokens[ahead].Kind is HoconTokenKind.Space or HoconTokenKind.NewLine)
        {
            ahead++;
        }

        if (tokens[ahead].Kind == HoconTokenKind.OpenBrace)
        {
            index = ahead;
            return new FieldNode(start, path, false, ParseValue(), null);
        }

        if (Current.Kind is not (HoconTokenKind.Assign or HoconTokenKind.Append))
        {
            throw Current.Position.Error($"expected '=', ':', '+=' or '{{' after the key {HoconToken.Shorten(HoconPath.Join(path))}, found {Current.Describe()}.");
        }

        var append = Current.Kind == HoconTokenKind.Append;
        index++;
        SkipBlank();
        var value = ParseValue();
        return value.Pieces.Count == 0
            ? throw Current.Position.Error($"the key {HoconToken.Shorten(HoconPath.Join(path))} has no value. Write \"\" for an empty one.")
            : new FieldNode(start, path, append, value, null);
    }

    private string[] ParseKey()
    {
        var start = Current;
        var parts = new List<string>();
        var current = new StringBuilder();
        var quoted = false;
        for (; ; index++)
        {
            var token = Current;
            if (token.Kind == HoconTokenKind.Quoted)
            {
                current.Append(token.Text);
                quoted = true;
            }
            else if (token.Kind == HoconTokenKind.Space)
            {
                // White space counts only between two parts of the same key.
                if (tokens[index + 1].Kind is HoconTokenKind.Unquoted or HoconTokenKind.Quoted && (quoted || current.Length > 0))
                {
                    current.Append(token.Text);
                }
            }
            else if (token.Kind == HoconTokenKind.Unquoted)
            {
                var pieces = token.Text.Split('.');
                for (var i = 0; i < pieces.Length; i++)
                {
                    if (i > 0)
                    {
                        Flush(token);
                    }

                    current.Append(pieces[i]);
                }
            }
            else
            {
                break;
            }
        }

        if (parts.Count == 0 && current.Length == 0 && !quoted)
        {
            throw start.Position.Error($"expected a key, found {start.Describe()}.");
        }

        Flush(start);
        return [.. parts];

        void Flush(HoconToken at)
        {
            if (!quoted && string.IsNullOrWhiteSpace(current.ToString()))
            {
                throw at.Position.Error($"a key has an empty part between or beside its dots near {at.Describe()}. Quote the key if the dot belongs to its name.");
            }

            if (parts.Count >= MaximumDepth)
            {
                throw at.Position.Error($"a key has more than {MaximumDepth} parts.");
            }

            parts.Add(quoted ? current.ToString() : current.ToString().Trim());
            current.Clear();
            quoted = false;
        }
    }

    private ValueNode ParseValue()
    {
        var start = Current.Position;
        var pieces = new List<HoconNode>();
        HoconToken? pendingSpace = null;
        while (true)
        {
            var token = Current;
            HoconNode piece;
            switch (token.Kind)
            {
                case HoconTokenKind.Space:
                    pendingSpace = token;
                    index++;
                    continue;
                case HoconTokenKind.Unquoted:
                    piece = new TextNode(token.Position, token.Text, false, false);
                    index++;
                    break;
                case HoconTokenKind.Quoted:
                    piece = new TextNode(token.Position, token.Text, true, false);
                    index++;
                    break;
                case HoconTokenKind.Substitution or HoconTokenKind.OptionalSubstitution:
                    var path = HoconPath.TrySplit(token.Text) ?? throw token.Position.Error($"{token.Describe()} is not a path: a part between the dots is empty, or a quote is open.");
                    piece = new SubstitutionNode(token.Position, path, token.Kind == HoconTokenKind.OptionalSubstitution);
                    index++;
                    break;
                case HoconTokenKind.OpenBrace:
                    piece = ParseObject();
                    break;
                case HoconTokenKind.OpenBracket:
                    piece = ParseArray();
                    break;
                case HoconTokenKind.Assign or HoconTokenKind.Append:
                    throw token.Position.Error($"{token.Describe()} inside a value must be inside double quotes.");
                default:
                    return new ValueNode(start, pieces);
            }

            if (pendingSpace is { } space && pieces.Count > 0)
            {
                pieces.Add(new TextNode(space.Position, space.Text, false, true));
            }

            pendingSpace = null;
            pieces.Add(piece);
        }
    }

    private ArrayNode ParseArray()
    {
        var open = Current;
        Enter(open);
        index++;
        var items = new List<ValueNode>();
        SkipBlank();
        while (Current.Kind is not (HoconTokenKind.CloseBracket or HoconTokenKind.End or HoconTokenKind.CloseBrace))
        {
            var value = ParseValue();
            if (value.Pieces.Count == 0)
            {
                throw Current.Position.Error($"expected a value in the array, found {Current.Describe()}.");
            }

            items.Add(value);
            if (!SkipSeparator())
            {
                break;
            }
        }

        if (Current.Kind != HoconTokenKind.CloseBracket)
        {
            throw Current.Position.Error($"expected ']' to close the array opened at {open.Position}, found {Current.Describe()}.");
        }

        index++;
        depth--;
        return new ArrayNode(open.Position, items);
    }

    private FieldNode? TryParseInclude()
    {
        var keyword = Current;
        if (keyword.Kind != HoconTokenKind.Unquoted || keyword.Text != "include" || tokens[index + 1].Kind != HoconTokenKind.Space)
        {
            return null;
        }

        var at = index + 2;
        var form = "";
        if (tokens[at].Kind == HoconTokenKind.Unquoted)
        {
            form = tokens[at++].Text;
            while (tokens[at].Kind is HoconTokenKind.Space or HoconTokenKind.Unquoted)
            {
                form += tokens[at].Kind == HoconTokenKind.Space ? "" : tokens[at].Text;
                at++;
            }
        }

        if (tokens[at].Kind != HoconTokenKind.Quoted)
        {
            return tokens[at].Kind is HoconTokenKind.Assign or HoconTokenKind.Append or HoconTokenKind.OpenBrace
                ? null
                : throw tokens[at].Position.Error($"expected the quoted name of what to include, found {tokens[at].Describe()}.");
        }

        var name = tokens[at++].Text;
        var required = form.StartsWith("required(", StringComparison.Ordinal);
        var inner = required ? form["required(".Length..] : form;
        var (prefix, parentheses) = inner switch
        {
            "" => ("", 0),
            "file(" => ("", 1),
            "classpath(" => ("classpath:", 1),
            "url(" => ("url:", 1),
            _ => throw keyword.Position.Error($"'include {HoconToken.Shorten(form)}' is not known. Write include \"NAME\", file(\"NAME\"), classpath(\"NAME\") or required(...)."),
        };
        parentheses += required ? 1 : 0;
        for (var closed = 0; closed < parentheses;)
        {
            var token = tokens[at++];
            if (token.Kind == HoconTokenKind.Unquoted && token.Text.All(c => c == ')') && closed + token.Text.Length <= parentheses)
            {
                closed += token.Text.Length;
            }
            else if (token.Kind != HoconTokenKind.Space)
            {
                throw token.Position.Error($"expected ')' after the name to include, found {token.Describe()}.");
            }
        }

        index = at;
        return new FieldNode(keyword.Position, [], false, null, Include(prefix + name, required, keyword.Position));
    }

    private HoconRoot Include(string name, bool required, HoconPosition position)
    {
        if (includeCallback is null)
        {
            throw position.Error($"\"{name}\" cannot be included: this text was parsed without a way to look up includes.");
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw position.Error($"\"{name}\" cannot be included: includes are nested too deeply.");
        }

        HoconRoot? root;
        try
        {
            root = includeCallback(name);
        }
        catch (Exception e) when (e is not ConfigurationException)
        {
            throw position.Error($"\"{name}\" cannot be included: {e.Message}", e);
        }

        if (root is null)
        {
            return required
                ? throw position.Error($"\"{name}\" is required and does not exist.")
                : new HoconRoot(new ObjectNode(position, []), new HoconSource());
        }

        if (root.Source is { Name: null } source)
        {
            source.Name = name;
        }

        return root;
    }

    private void Enter(HoconToken at)
    {
        if (++depth > MaximumDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw at.Position.Error($"objects and arrays are nested more than {MaximumDepth} deep, or deeper than this thread's stack allows.");
        }
    }

    private void SkipBlank()
    {
        while (Current.Kind is HoconTokenKind.Space or HoconTokenKind.NewLine)
        {
            index++;
        }
    }

    /// <summary>Skips one comma or any number of new lines; false where neither comes next.</summary>
    private bool SkipSeparator()
    {
        var start = index;
        SkipBlank();
        var separated = tokens.FindIndex(start, index - start, token => token.Kind == HoconTokenKind.NewLine) >= 0;
        if (Current.Kind == HoconTokenKind.Comma)
        {
            index++;
            SkipBlank();
            return true;
        }

        return separated;
    }
}
