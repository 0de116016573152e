using System.Runtime.InteropServices;

namespace Meditron.Torch.Distributed;

/// <summary>Carries a native completion to a managed action, once.</summary>
internal static unsafe class Callbacks
{
    /// <summary>The context to register beside <see cref="Invoke"/>.</summary>
    internal static nint Context(Action<CommunicationException?> action) => GCHandle.ToIntPtr(GCHandle.Alloc(action));

    [UnmanagedCallersOnly]
    internal static void Invoke(nint context, int reason, int peer, byte* text)
    {
        var handle = GCHandle.FromIntPtr(context);
        var action = (Action<CommunicationException?>)handle.Target!;
        handle.Free();
        action(reason == 0 ? null : CommunicationException.Of((CommunicationFailure)reason, peer, Marshal.PtrToStringUTF8((nint)text) ?? string.Empty));
    }
}
