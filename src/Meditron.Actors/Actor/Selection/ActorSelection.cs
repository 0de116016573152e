namespace Meditron.Actors.Actor;

/// <summary>A path along which messages find actors when they are sent; wildcards allowed.</summary>
public class ActorSelection : ICanTell
{
    /// <summary>An empty selection.</summary>
    public ActorSelection()
        : this(ActorRefs.Nobody, Array.Empty<SelectionPathElement>())
    {
    }

    /// <summary>A selection of steps from an actor.</summary>
    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    /// <summary>A selection of a relative path from an actor.</summary>
    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Length == 0 ? [] : path.Split('/'))
    {
    }

    /// <summary>A selection of path elements from an actor.</summary>
    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
        : this(anchor, Parse(elements.ToArray()))
    {
    }

    /// <summary>Where the path starts.</summary>
    public IActorRef Anchor { get; }

    /// <summary>The steps.</summary>
    public SelectionPathElement[] Path { get; }

    /// <summary>The steps as text.</summary>
    public string PathString => "/" + string.Join('/', Path.Select(static p => p.ToString()));

    /// <summary>Sends a message to all actors at the path.</summary>
    public void Tell(object message, IActorRef? sender = null)
    {
        var from = sender ?? ActorCell.GetCurrentSelfOrNoSender();
        if (Path.Length == 0)
        {
            Anchor.Tell(message, from);
            return;
        }

        Deliver(new ActorSelectionMessage(message, Path), Anchor, from);
    }

    /// <summary>The actor at the path.</summary>
    /// <exception cref="ActorNotFoundException">None answered in time (from the task).</exception>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    /// <summary>The actor at the path.</summary>
    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null!), timeout, ct);
            return identity.Subject ?? throw new ActorNotFoundException($"No actor is at {Anchor.Path}{PathString}.");
        }
        catch (AskTimeoutException cause)
        {
            throw new ActorNotFoundException($"No actor at {Anchor.Path}{PathString} answered within {timeout}.", cause);
        }
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ActorSelection other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Anchor, Path.Length);

    /// <inheritdoc/>
    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path}{(Anchor.Path.Uid == 0 ? "" : $"#{Anchor.Path.Uid}")}), Path({PathString})]";

    /// <summary>Whether another selection has the same start and steps.</summary>
    protected bool Equals(ActorSelection other) => Anchor.Equals(other.Anchor) && Path.SequenceEqual(other.Path);

    /// <summary>Takes a message as far along its path as this process can.</summary>
    internal static void Deliver(ActorSelectionMessage selection, IActorRef start, IActorRef? sender)
    {
        var current = (IInternalActorRef)start;
        for (var i = 0; i < selection.Elements.Length; i++)
        {
            var rest = selection.Elements[(i + 1)..];
            if (current is not LocalActorRef local)
            {
                // References of other processes, and those without an actor, find their own way.
                current.Tell(selection.Copy(elements: selection.Elements[i..]), sender);
                return;
            }

            switch (selection.Elements[i])
            {
                case SelectParent:
                    current = current.Parent ?? ActorRefs.Nobody;
                    break;
                case SelectChildName step:
                    var child = local.GetSingleChild(step.Name);
                    if (child.IsNobody())
                    {
                        if (!selection.WildCardFanOut)
                        {
                            var missing = new EmptyLocalActorRef(local.Provider, local.Path / selection.Elements[i..].Select(static e => e.ToString()!), local.Cell.System.EventStream);
                            missing.Tell(selection, sender);
                        }

                        return;
                    }

                    current = child;
                    break;
                case SelectChildRecursive:
                    foreach (var descendant in Descendants(local))
                    {
                        Deliver(new ActorSelectionMessage(selection.Message, rest, wildCardFanOut: true), descendant, sender);
                    }

                    return;
                case SelectChildPattern step:
                    var fitting = local.Children.Where(c => step.Fits(c.Path.Name)).ToArray();
                    if (fitting.Length == 0 && !selection.WildCardFanOut && rest.Length == 0)
                    {
                        new EmptyLocalActorRef(local.Provider, local.Path / step.PatternStr, local.Cell.System.EventStream).Tell(selection.Copy(wildCardFanOut: true), sender);
                    }

                    foreach (var each in fitting)
                    {
                        Deliver(new ActorSelectionMessage(selection.Message, rest, selection.WildCardFanOut || fitting.Length > 1), each, sender);
                    }

                    return;
            }
        }

        current.Tell(selection.Message, sender);
    }

    private static IEnumerable<IInternalActorRef> Descendants(LocalActorRef from) =>
        from.Children.SelectMany(static child => child is LocalActorRef local ? Descendants(local).Prepend(child) : [child]);

    private static SelectionPathElement[] Parse(string[] elements)
    {
        var steps = new List<SelectionPathElement>(elements.Length);
        for (var i = 0; i < elements.Length; i++)
        {
            switch (elements[i])
            {
                case "":
                    break;
                case "..":
                    steps.Add(new SelectParent());
                    break;
                case "**":
                    steps.Add(i == elements.Length - 1 || elements[(i + 1)..].All(string.IsNullOrEmpty)
                        ? new SelectChildRecursive()
                        : throw new IllegalActorNameException("Double wildcard ** can only appear at the last part of a selection's path."));
                    break;
                default:
                    steps.Add(elements[i].Contains('*') || elements[i].Contains('?') ? new SelectChildPattern(elements[i]) : new SelectChildName(elements[i]));
                    break;
            }
        }

        return [.. steps];
    }
}
