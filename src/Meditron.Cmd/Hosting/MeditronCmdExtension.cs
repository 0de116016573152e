namespace Meditron.Cmd;

/// <summary>Identifies and makes the <see cref="MeditronCmd"/> extension; may be listed under <c>akka.extensions</c>.</summary>
public sealed class MeditronCmdExtension : ExtensionIdProvider<MeditronCmd>
{
    /// <inheritdoc/>
    public override MeditronCmd CreateExtension(ExtendedActorSystem system) => new(system);
}
