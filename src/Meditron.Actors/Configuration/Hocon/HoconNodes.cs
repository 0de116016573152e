namespace Meditron.Actors.Configuration.Hocon;

/// <summary>A node of the syntax tree, before substitutions are resolved.</summary>
internal abstract record HoconNode(HoconPosition Position);

/// <summary>A piece of text: a quoted string, an unquoted one, or the white space between two pieces of a concatenation.</summary>
internal sealed record TextNode(HoconPosition Position, string Text, bool Quoted, bool Separator) : HoconNode(Position);

/// <summary><c>${path}</c> or <c>${?path}</c>.</summary>
internal sealed record SubstitutionNode(HoconPosition Position, string[] Path, bool Optional) : HoconNode(Position);

/// <summary><c>[ ... ]</c>.</summary>
internal sealed record ArrayNode(HoconPosition Position, List<ValueNode> Items) : HoconNode(Position);

/// <summary><c>{ ... }</c>: fields and includes in the order of the text.</summary>
internal sealed record ObjectNode(HoconPosition Position, List<FieldNode> Fields) : HoconNode(Position);

/// <summary>A value: one piece, or several to be concatenated.</summary>
internal sealed record ValueNode(HoconPosition Position, List<HoconNode> Pieces) : HoconNode(Position);

/// <summary>One <c>path = value</c> or <c>path += value</c>, or an include (then <paramref name="Include"/> is set and the path is empty).</summary>
internal sealed record FieldNode(HoconPosition Position, string[] Path, bool Append, ValueNode? Value, HoconRoot? Include) : HoconNode(Position);
