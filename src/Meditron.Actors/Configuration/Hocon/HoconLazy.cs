namespace Meditron.Actors.Configuration.Hocon;

/// <summary>What a partly evaluated value turned out to be.</summary>
internal enum LazyKind
{
    Undefined,
    Null,
    Text,
    Array,
    Object,
}

/// <summary>A value known as far as its kind: the keys of an object are not evaluated yet.</summary>
internal sealed class Lazy(LazyKind kind, HoconPosition position)
{
    /// <summary>An optional substitution without a value.</summary>
    public static Lazy Undefined { get; } = new(LazyKind.Undefined, default);

    public LazyKind Kind { get; } = kind;

    public HoconPosition Position { get; } = position;

    public string? Text { get; init; }

    public List<Lazy>? Items { get; init; }

    public LazyObject? Object { get; init; }

    public bool Finishing { get; set; }

    public HoconValue? Finished { get; set; }

    /// <summary>Wraps a value that was resolved before it was included.</summary>
    public static Lazy From(HoconValue value, Scope scope)
    {
        if (value.IsObject())
        {
            var made = new LazyObject();
            foreach (var (key, item) in value.GetObject().Items)
            {
                made.Slot(key, scope).Items.Add(new Contribution(new FieldNode(value.Position, [key], false, null, null), 0, scope, null, item));
            }

            return new Lazy(LazyKind.Object, value.Position) { Object = made };
        }

        return value.IsArray()
            ? new Lazy(LazyKind.Array, value.Position) { Items = [.. value.GetArray().Select(item => From(item, scope))] }
            : value.IsNull
                ? new Lazy(LazyKind.Null, value.Position)
                : new Lazy(LazyKind.Text, value.Position) { Text = value.GetString() };
    }

    /// <summary>How an error message calls this value.</summary>
    public string Describe() => Kind switch
    {
        LazyKind.Object => "an object",
        LazyKind.Array => "an array",
        LazyKind.Null => "null",
        _ => Text is null ? "a string" : $"the string \"{HoconToken.Shorten(Text)}\"",
    };
}

/// <summary>An object whose keys are evaluated when they are asked for.</summary>
internal sealed class LazyObject
{
    public Dictionary<string, Slot> Slots { get; } = [];

    /// <summary>The slot of a key, made if there is none; <paramref name="scope"/> is that of the object.</summary>
    public Slot Slot(string key, Scope scope)
    {
        if (!Slots.TryGetValue(key, out var slot))
        {
            Slots[key] = slot = new Slot(key, scope);
        }

        return slot;
    }
}

/// <summary>One key of an object with everything that was set for it, in order.</summary>
internal sealed class Slot(string key, Scope scope)
{
    public List<Contribution> Items { get; } = [];

    public Scope Scope { get; } = scope;

    public string Label => HoconPath.Join([.. Scope.Path, key]);

    /// <summary>Its value, once known for good.</summary>
    public Lazy? Value { get; set; }

    /// <summary>The contribution under evaluation: a reference to the slot from inside sees only those before it.</summary>
    public int Active { get; set; } = int.MaxValue;

    /// <summary>How many slots were under evaluation when this one's began.</summary>
    public int Depth { get; set; }
}

/// <summary>One setting of a key: a field of the text from one part of its path on, another slot, or a value resolved before.</summary>
internal sealed record Contribution(FieldNode Field, int PathIndex, Scope Scope, Slot? Alias, HoconValue? Constant);

/// <summary>Where an object stands: its path from the root (if a path leads to it), and the paths at which the texts around it were included.</summary>
internal sealed record Scope(string[] Path, bool Reachable, string[][] Prefixes)
{
    /// <summary>The scope of the object at one part of a field's path.</summary>
    public Scope Below(string[] path, int index) => this with { Path = [.. Path, path[index]] };
}
