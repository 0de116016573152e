namespace Meditron.Cli;

/// <summary>The command line is wrong in a way that its grammar does not know.</summary>
internal sealed class UsageException(string message) : Exception(message);
