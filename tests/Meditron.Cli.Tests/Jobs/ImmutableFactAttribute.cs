using System.ComponentModel;
using Meditron.Testing;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A fact that needs files which take nothing more, not even from whoever has them open; it is skipped, with the reason, where there can be none.</summary>
public sealed class ImmutableFactAttribute : FactAttribute
{
    private static readonly string? WhyNot = FindWhyNot();

    public ImmutableFactAttribute() => Skip = WhyNot;

    private static string? FindWhyNot()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file");
        using var open = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        try
        {
            if (ImmutableFile.Set([file], true) is { } error)
            {
                return $"files cannot be made immutable here: {error}";
            }
        }
        catch (Win32Exception)
        {
            return "immutable files need the command chattr (package e2fsprogs)";
        }

        try
        {
            open.WriteByte(0);
            return "on this file system whoever has an immutable file open still writes to it";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            ImmutableFile.Set([file], false);
        }
    }
}
