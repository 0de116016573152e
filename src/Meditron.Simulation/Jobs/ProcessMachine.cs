using Google.Protobuf;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;

namespace Meditron.Simulation.Jobs;

/// <summary>A machine as one of its processes sees it.</summary>
internal sealed class ProcessMachine(TrainingMachine machine, NodeProcess process, int id) : IMachine
{
    public string Name => machine.Name;

    public TrainingMachine Machine => machine;

    public NodeProcess Process => process;

    /// <summary>The process's id.</summary>
    public int Id => id;

    public IStateHolder Hold(Action<WorkerEnded> ended) => new Holder(this, ended);

    public string? End(int processId) => machine.End(processId);

    /// <summary>Describes memory as this process has it open.</summary>
    public StateHandle Describe(ShardMemory memory, bool isMaker)
    {
        var handle = new StateHandle
        {
            Token = ByteString.CopyFrom(memory.Token.ToByteArray()),
            Machine = Name,
            ProcessId = id,
            Fd = memory.Descriptor,
            Layout = new Layout { Tensor = memory.Layout.Tensor, Pipeline = memory.Layout.Pipeline, Data = memory.Layout.Data },
            Rank = memory.Rank,
            IsMaker = isMaker,
        };
        handle.Steps.AddRange(memory.Steps);
        return handle;
    }

    private sealed class Holder(ProcessMachine owner, Action<WorkerEnded> ended) : IStateHolder
    {
        private readonly SortedDictionary<Guid, ShardMemory> _held = [];

        public IEnumerable<StateHandle> Handles => _held.Values.Select(memory => owner.Describe(memory, isMaker: false));

        public IReadOnlyList<string> Hold(IEnumerable<StateHandle> wanted)
        {
            var problems = new List<string>();
            var here = wanted.Where(handle => handle.Machine == owner.Name && handle.ProcessId != owner.Id).ToDictionary(StateHolder.TokenOf);
            foreach (var token in _held.Keys.Where(token => !here.ContainsKey(token)).ToList())
            {
                _held.Remove(token, out var memory);
                memory!.Close(owner.Process);
            }

            foreach (var (token, handle) in here.Where(pair => !_held.ContainsKey(pair.Key)))
            {
                try
                {
                    var memory = owner.Machine.Open(owner.Process, handle.ProcessId, handle.Fd, token);
                    _held.Add(token, memory);
                    if (handle.IsMaker)
                    {
                        var (machine, maker, told) = (owner.Name, handle.ProcessId, ended);
                        memory.Watch(owner.Process, () => told(new WorkerEnded { Machine = machine, ProcessId = maker }));
                    }
                }
                catch (IOException exception)
                {
                    problems.Add(exception.Message);
                }
            }

            return problems;
        }

        public void Dispose()
        {
            foreach (var memory in _held.Values)
            {
                memory.Close(owner.Process);
            }

            _held.Clear();
        }
    }
}
