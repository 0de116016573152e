using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch.Distributed;

/// <summary>Turns a native status into an exception that knows the reason and the rank to blame.</summary>
internal static class GroupStatus
{
    internal static void Check(int status)
    {
        if (status != 0)
        {
            Throw(status);
        }
    }

    private static void Throw(int status)
    {
        mt_group_last_failure(out var reason, out var peer);
        try
        {
            NativeMethods.Check(status);
        }
        catch (TorchException e) when (reason != 0)
        {
            throw new CommunicationException(e.Kind, (CommunicationFailure)reason, peer, e.Message);
        }
    }
}
