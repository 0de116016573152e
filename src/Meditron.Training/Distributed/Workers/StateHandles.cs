using Google.Protobuf.Collections;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Workers;

/// <summary>Adds to what a process reports of its machine's memory how other machines can have it.</summary>
internal static class StateHandles
{
    /// <summary>Names the process's state server, which gives whatever processes of its machine have open, and adds the copies that it keeps.</summary>
    public static void Serve(RepeatedField<StateHandle> states, IStateServer? server)
    {
        if (server is null)
        {
            return;
        }

        foreach (var state in states)
        {
            state.Server = server.Description.Id;
        }

        states.AddRange(server.Handles);
    }
}
