using System.Runtime.CompilerServices;
using System.Text;

namespace Meditron.Actors.Configuration.Hocon;

/// <summary>
/// Turns a syntax tree into values: merges objects, resolves substitutions against the whole tree (then the environment), concatenates.
/// Evaluation is lazy by key, so that one key of an object may refer to another of the same object; a key that refers to itself sees the value it had before.
/// </summary>
internal sealed class HoconResolver(ObjectNode root)
{
    // Bounds on what a small hostile text may expand to.
    private const int MaximumSteps = 4_000_000;
    private const long MaximumText = 32L << 20;
    private const long MaximumItems = 2_000_000;

    // The root and the innermost text count too, so that what is written out can be parsed again.
    private const int MaximumDepth = Parser.MaximumDepth + 2;

    private readonly Stack<Slot> evaluating = new();
    private readonly LazyObject top = new();
    private int steps;
    private int finishing;
    private long text;
    private long items;

    // The shallowest slot under evaluation whose earlier value was used: results that depend on it hold only inside that evaluation.
    private int borrowedDepth = int.MaxValue;

    /// <summary>The resolved tree.</summary>
    public HoconValue Resolve()
    {
        AddFields(top, root, new Scope([], true, []));
        return Finish(new Lazy(LazyKind.Object, root.Position) { Object = top });
    }

    private static void AddFields(LazyObject target, ObjectNode node, Scope scope)
    {
        foreach (var field in node.Fields)
        {
            if (field.Include is not { } include)
            {
                target.Slot(field.Path[0], scope).Items.Add(new Contribution(field, 0, scope, null, null));
            }
            else if (include.Tree is { } tree)
            {
                AddFields(target, tree, scope with { Prefixes = scope.Reachable ? [scope.Path, .. scope.Prefixes] : scope.Prefixes });
            }
            else if (include.Value.IsObject())
            {
                foreach (var (key, value) in include.Value.GetObject().Items)
                {
                    target.Slot(key, scope).Items.Add(new Contribution(field, 0, scope, null, value));
                }
            }
        }
    }

    private Lazy Force(Slot slot, int upto)
    {
        var full = upto == slot.Items.Count;
        if (slot.Active <= upto)
        {
            // The slot refers to itself: look back to what it was before the part under evaluation.
            upto = slot.Active;
            full = false;
            borrowedDepth = Math.Min(borrowedDepth, slot.Depth);
        }
        else if (full && slot.Value is { } known)
        {
            return known;
        }

        Step(slot.Items[0].Field.Position);
        var outer = borrowedDepth;
        borrowedDepth = int.MaxValue;
        var (active, depth) = (slot.Active, slot.Depth);
        evaluating.Push(slot);
        var result = Lazy.Undefined;
        List<Lazy>? objects = null;
        for (var k = upto - 1; k >= 0; k--)
        {
            (slot.Active, slot.Depth) = (k, evaluating.Count);
            if (IsAppend(slot.Items[k]))
            {
                var appended = ForceAppends(slot, ref k);
                if (objects is null)
                {
                    result = appended;
                }

                break;
            }

            var value = ForceContribution(slot, slot.Items[k]);
            if (value.Kind == LazyKind.Object)
            {
                (objects ??= []).Add(value);
            }
            else if (value.Kind != LazyKind.Undefined)
            {
                if (objects is null)
                {
                    result = value;
                }

                break;
            }
        }

        evaluating.Pop();
        (slot.Active, slot.Depth) = (active, depth);
        if (objects is not null)
        {
            objects.Reverse();
            result = Merge(objects);
        }

        if (full && borrowedDepth > evaluating.Count)
        {
            slot.Value = result;
        }

        borrowedDepth = Math.Min(outer, borrowedDepth > evaluating.Count ? int.MaxValue : borrowedDepth);
        return result;
    }

    /// <summary>Evaluates a run of <c>+=</c> that ends at <paramref name="k"/> from its start, so that a long run needs no deep recursion.</summary>
    private Lazy ForceAppends(Slot slot, ref int k)
    {
        var last = k;
        while (k > 0 && IsAppend(slot.Items[k - 1]))
        {
            k--;
        }

        slot.Active = k;
        var first = slot.Items[k];
        var start = k > 0 ? Force(slot, k) : LookUpEarlier(first);
        if (start.Kind is not (LazyKind.Undefined or LazyKind.Array))
        {
            throw first.Field.Position.Error($"'+=' adds to an array, but {slot.Label} already is {start.Describe()}.");
        }

        var all = new List<Lazy>(start.Items ?? []);
        for (var i = k; i <= last; i++)
        {
            var item = slot.Items[i];
            slot.Active = i;
            var value = ForceValue(item.Field.Value!, item.Scope.Below(item.Field.Path, item.PathIndex));
            if (value.Kind != LazyKind.Undefined)
            {
                all.Add(value);
            }
        }

        CountItems(all.Count, first.Field.Position);
        return new Lazy(LazyKind.Array, first.Field.Position) { Items = all };
    }

    private static bool IsAppend(Contribution item) =>
        item is { Field.Append: true, Constant: null, Alias: null } && item.PathIndex == item.Field.Path.Length - 1;

    private Lazy LookUpEarlier(Contribution item)
    {
        // An object merged over another keeps its keys apart; the absolute path leads to the slot that joins both.
        var scope = item.Scope.Below(item.Field.Path, item.PathIndex);
        return scope.Reachable ? LookUp(scope.Path) : Lazy.Undefined;
    }

    private Lazy ForceContribution(Slot slot, Contribution item)
    {
        if (item.Alias is { } alias)
        {
            return Force(alias, alias.Items.Count);
        }

        if (item.Constant is { } constant)
        {
            return Lazy.From(constant, slot.Scope);
        }

        var below = item.Scope.Below(item.Field.Path, item.PathIndex);
        if (item.PathIndex == item.Field.Path.Length - 1)
        {
            return ForceValue(item.Field.Value!, below);
        }

        var inner = new LazyObject();
        inner.Slot(item.Field.Path[item.PathIndex + 1], below).Items.Add(item with { PathIndex = item.PathIndex + 1, Scope = below });
        return new Lazy(LazyKind.Object, item.Field.Position) { Object = inner };
    }

    private Lazy ForceValue(ValueNode node, Scope scope)
    {
        if (node.Pieces.Count == 1)
        {
            return ForcePiece(node.Pieces[0], scope, alone: true);
        }

        var parts = new List<(HoconNode Node, Lazy Value)>(node.Pieces.Count);
        var kind = LazyKind.Undefined;
        foreach (var piece in node.Pieces)
        {
            var value = ForcePiece(piece, scope, alone: false);
            parts.Add((piece, value));
            if (piece is not TextNode { Separator: true })
            {
                var found = value.Kind == LazyKind.Null ? LazyKind.Text : value.Kind;
                if (kind != LazyKind.Undefined && found != LazyKind.Undefined && found != kind)
                {
                    throw piece.Position.Error($"{value.Describe()} cannot be concatenated with {new Lazy(kind, node.Position).Describe()} before it.");
                }

                kind = found == LazyKind.Undefined ? kind : found;
            }
        }

        switch (kind)
        {
            case LazyKind.Object:
                return Merge([.. parts.Where(part => part.Value.Kind == LazyKind.Object).Select(part => part.Value)]);
            case LazyKind.Array:
                var all = new List<Lazy>();
                foreach (var (piece, value) in parts.Where(part => part.Value.Kind == LazyKind.Array))
                {
                    CountItems(value.Items!.Count, piece.Position);
                    all.AddRange(value.Items);
                }

                return new Lazy(LazyKind.Array, node.Position) { Items = all };
            case LazyKind.Text:
                var builder = new StringBuilder();
                foreach (var (piece, value) in parts)
                {
                    var add = value.Kind == LazyKind.Null ? "null" : value.Text ?? "";
                    text += add.Length;
                    if (text > MaximumText)
                    {
                        throw piece.Position.Error($"concatenated strings come to more than {MaximumText >> 20} million characters.");
                    }

                    builder.Append(add);
                }

                return new Lazy(LazyKind.Text, node.Position) { Text = builder.ToString() };
            default:
                return Lazy.Undefined;
        }
    }

    private Lazy ForcePiece(HoconNode piece, Scope scope, bool alone)
    {
        switch (piece)
        {
            case TextNode node:
                return alone && !node.Quoted && node.Text == "null"
                    ? new Lazy(LazyKind.Null, node.Position)
                    : new Lazy(LazyKind.Text, node.Position) { Text = node.Text };
            case ObjectNode node:
                var made = new LazyObject();
                AddFields(made, node, scope);
                return new Lazy(LazyKind.Object, node.Position) { Object = made };
            case ArrayNode node:
                Step(node.Position);
                var list = new List<Lazy>(node.Items.Count);
                foreach (var item in node.Items)
                {
                    var value = ForceValue(item, scope with { Reachable = false });
                    if (value.Kind != LazyKind.Undefined)
                    {
                        list.Add(value);
                    }
                }

                return new Lazy(LazyKind.Array, node.Position) { Items = list };
            default:
                return Substitute((SubstitutionNode)piece, scope);
        }
    }

    private Lazy Substitute(SubstitutionNode node, Scope scope)
    {
        foreach (var prefix in scope.Prefixes)
        {
            if (prefix.Length > 0 && LookUp([.. prefix, .. node.Path]) is { Kind: not LazyKind.Undefined } near)
            {
                return near;
            }
        }

        var found = LookUp(node.Path);
        if (found.Kind != LazyKind.Undefined)
        {
            return found;
        }

        var name = string.Join('.', node.Path);
        if (!name.Contains('\0') && !name.Contains('=') && name.Length > 0 && Environment.GetEnvironmentVariable(name) is { } variable)
        {
            return new Lazy(LazyKind.Text, node.Position) { Text = variable };
        }

        if (node.Optional)
        {
            return Lazy.Undefined;
        }

        var path = HoconPath.Join(node.Path);
        var shown = HoconToken.Shorten(path);
        var chain = evaluating.Reverse().Select(slot => slot.Label).ToList();
        var start = chain.IndexOf(path);
        throw node.Position.Error(start < 0
            ? $"${{{shown}}} has no value: no such key, and no environment variable of that name. Set it, or write ${{?{shown}}} to leave it out."
            : chain.Count - start == 1
                ? $"${{{shown}}} refers to the key it stands in, which has no earlier value."
                : $"${{{shown}}} refers to itself in a cycle: {HoconToken.Shorten(string.Join(" -> ", chain.Skip(start).Append(path)))}.");
    }

    private Lazy LookUp(string[] path)
    {
        var current = top;
        for (var i = 0; i < path.Length; i++)
        {
            if (!current.Slots.TryGetValue(path[i], out var slot))
            {
                break;
            }

            var value = Force(slot, slot.Items.Count);
            if (i == path.Length - 1)
            {
                return value;
            }

            if (value.Object is null)
            {
                break;
            }

            current = value.Object;
        }

        return Lazy.Undefined;
    }

    private static Lazy Merge(List<Lazy> objects)
    {
        if (objects.Count == 1)
        {
            return objects[0];
        }

        var merged = new LazyObject();
        foreach (var source in objects)
        {
            foreach (var (key, slot) in source.Object!.Slots)
            {
                merged.Slot(key, slot.Scope).Items.Add(slot.Items[0] with { Alias = slot, Constant = null });
            }
        }

        return new Lazy(LazyKind.Object, objects[0].Position) { Object = merged };
    }

    private HoconValue Finish(Lazy lazy)
    {
        if (lazy.Finished is { } known)
        {
            return known;
        }

        Step(lazy.Position);
        if (lazy.Finishing)
        {
            throw lazy.Position.Error("this value contains itself through a substitution.");
        }

        if (++finishing > MaximumDepth)
        {
            throw lazy.Position.Error($"objects and arrays are nested more than {Parser.MaximumDepth} deep.");
        }

        lazy.Finishing = true;
        HoconValue value;
        var size = 1 + ((lazy.Text?.Length ?? 0) / 64L);
        switch (lazy.Kind)
        {
            case LazyKind.Object:
                var fields = new Dictionary<string, HoconValue>(lazy.Object!.Slots.Count);
                foreach (var (key, slot) in lazy.Object.Slots)
                {
                    var field = Force(slot, slot.Items.Count);
                    if (field.Kind != LazyKind.Undefined)
                    {
                        fields[key] = Finish(field);
                        size += fields[key].Size;
                    }
                }

                value = HoconValue.FromObject(new HoconObject(fields), lazy.Position);
                break;
            case LazyKind.Array:
                var list = new List<HoconValue>(lazy.Items!.Count);
                foreach (var item in lazy.Items)
                {
                    list.Add(Finish(item));
                    size += list[^1].Size;
                }

                value = HoconValue.FromArray(list, lazy.Position);
                break;
            default:
                value = lazy.Kind == LazyKind.Null ? HoconValue.Null(lazy.Position) : HoconValue.FromText(lazy.Text!, lazy.Position);
                break;
        }

        if (size > MaximumItems)
        {
            throw lazy.Position.Error($"this value expands to more than {MaximumItems} values.");
        }

        value.Size = size;
        finishing--;
        lazy.Finishing = false;
        lazy.Finished = value;
        return value;
    }

    private void CountItems(int count, HoconPosition position)
    {
        items += count;
        if (items > MaximumItems)
        {
            throw position.Error($"concatenated arrays come to more than {MaximumItems} values.");
        }
    }

    private void Step(HoconPosition position)
    {
        if (++steps > MaximumSteps)
        {
            throw position.Error("resolving the substitutions takes too many steps; the text refers to itself too often.");
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw position.Error("substitutions are nested too deeply.");
        }
    }
}
