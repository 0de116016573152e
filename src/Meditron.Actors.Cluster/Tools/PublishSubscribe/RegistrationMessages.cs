using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>Registers a local actor under its path, for <see cref="Send"/> and <see cref="SendToAll"/>. Its end takes it back.</summary>
public sealed class Put : IEquatable<Put>
{
    /// <summary>Makes the message.</summary>
    public Put(IActorRef @ref)
    {
        ArgumentNullException.ThrowIfNull(@ref);
        Ref = @ref;
    }

    /// <summary>The actor.</summary>
    public IActorRef Ref { get; }

    /// <inheritdoc/>
    public bool Equals(Put? other) => other is not null && Ref.Equals(other.Ref);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Put);

    /// <inheritdoc/>
    public override int GetHashCode() => Ref.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"Put<ref:{Ref}>";
}

/// <summary>Takes back the registration of a local actor by its path, such as /user/worker.</summary>
public sealed class Remove : IEquatable<Remove>
{
    /// <summary>Makes the message.</summary>
    public Remove(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
    }

    /// <summary>The path, without an address.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public bool Equals(Remove? other) => other is not null && string.Equals(Path, other.Path, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Remove);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Path);

    /// <inheritdoc/>
    public override string ToString() => $"Remove<path:{Path}>";
}
