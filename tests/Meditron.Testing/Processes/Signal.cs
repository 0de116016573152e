using System.Runtime.InteropServices;

namespace Meditron.Testing.Processes;

/// <summary>Signals that tests send, with Linux's numbers.</summary>
public enum Signal
{
    /// <summary>Ends the process at once; it cannot be caught.</summary>
    Kill = 9,

    /// <summary>Asks the process to end.</summary>
    Term = 15,

    /// <summary>Lets a stopped process go on.</summary>
    Continue = 18,

    /// <summary>Stops the process until it is continued; it cannot be caught.</summary>
    Stop = 19,
}

/// <summary>Sends signals to processes by their id.</summary>
public static partial class Signals
{
    /// <summary>Sends a signal.</summary>
    /// <exception cref="InvalidOperationException">There is no such process, or it may not be signalled.</exception>
    public static void Send(int process, Signal signal)
    {
        if (!TrySend(process, signal))
        {
            throw new InvalidOperationException($"Cannot send {signal} to process {process}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>Sends a signal; false if there is no such process, or it may not be signalled.</summary>
    public static bool TrySend(int process, Signal signal) => Kill(process, (int)signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
