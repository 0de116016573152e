using System.Runtime.InteropServices;

namespace Meditron.Cli.Tests;

/// <summary>What a library that is loaded later finds in the process's environment.</summary>
public sealed partial class OpenMpTests
{
    [Fact]
    public void Threads_that_wait_give_up_the_processor_soon_unless_the_environment_says_otherwise()
    {
        var before = Marshal.PtrToStringUTF8(Get(OpenMp.Variable));
        var expected = before ?? (Environment.GetEnvironmentVariable(OpenMp.Policy) is null ? OpenMp.Turns : null);
        OpenMp.BoundSpinning();
        Assert.Equal(expected, Marshal.PtrToStringUTF8(Get(OpenMp.Variable)));
        OpenMp.BoundSpinning();
        Assert.Equal(expected, Marshal.PtrToStringUTF8(Get(OpenMp.Variable)));
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(string name);
}
