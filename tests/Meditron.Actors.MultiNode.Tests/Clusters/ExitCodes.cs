namespace Meditron.Actors.MultiNode.Tests.Clusters;

/// <summary>The exit codes of nodes, as docs/exit-codes.md has them.</summary>
internal static class ExitCodes
{
    public const int Configuration = 3;
    public const int NotJoined = 8;
    public const int Downed = 9;
}
