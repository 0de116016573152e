using System.Buffers.Binary;

namespace Meditron.Simulation.Stores;

/// <summary>A process's connection with the database; made when it is needed, and again after a loss.</summary>
internal sealed class DatabaseClient(NodeProcess process) : IStore
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private Link? _link;
    private TimeSpan _notBefore;

    public Task<StoreReply> Ask(StoreRequest request)
    {
        if (_link is null && process.World.Now < _notBefore)
        {
            return Task.FromException<StoreReply>(new IOException("the database could not be reached a moment ago"));
        }

        return (_link ??= new Link(this, process)).Ask(request);
    }

    private void Lost(Link link)
    {
        if (_link == link)
        {
            _link = null;
            _notBefore = process.World.Now + Pause;
        }
    }

    private sealed class Link : IConnectionHandler
    {
        private readonly DatabaseClient _client;
        private readonly NodeProcess _process;
        private readonly Queue<byte[]> _unsent = new();
        private readonly SortedDictionary<long, (TaskCompletionSource<StoreReply> Promise, TimedStep Timeout)> _asked = [];
        private readonly IConnection _dialled;
        private IConnection? _connection;
        private long _number;

        public Link(DatabaseClient client, NodeProcess process)
        {
            _client = client;
            _process = process;
            _dialled = process.Network.Connect(DatabaseServer.Host, DatabaseServer.Port, this);
        }

        public Task<StoreReply> Ask(StoreRequest request)
        {
            var number = ++_number;
            var body = StoreCodec.Encode(request);
            var frame = new byte[8 + body.Length];
            BinaryPrimitives.WriteInt64LittleEndian(frame, number);
            body.CopyTo(frame.AsSpan(8));
            var promise = _process.Runtime.NewPromise<StoreReply>();
            _asked[number] = (promise, _process.World.At(Deadline, _process, TimedOut));
            if (_connection is null)
            {
                _unsent.Enqueue(frame);
            }
            else
            {
                Send(frame);
            }

            return promise.Task;
        }

        public void OnOpened(IConnection connection)
        {
            connection.MaximumFrameSize = int.MaxValue;
            _connection = connection;
            while (_unsent.TryDequeue(out var frame))
            {
                Send(frame);
            }
        }

        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            if (_asked.Remove(BinaryPrimitives.ReadInt64LittleEndian(frame), out var asked))
            {
                asked.Timeout.Cancelled = true;
                asked.Promise.TrySetResult(StoreCodec.DecodeReply(frame[8..]));
            }
        }

        public void OnClosed(CloseReason reason, string detail) => GiveUp($"the connection with the database is lost: {detail}");

        private void Send(byte[] frame)
        {
            _connection!.Send(Lane.Ordinary, frame, default);
            _connection.Flush();
        }

        // One answer that does not come makes the connection worthless.
        private void TimedOut()
        {
            _dialled.Abort();
            GiveUp($"the database has not answered within {Deadline.TotalSeconds} s");
        }

        private void GiveUp(string why)
        {
            _client.Lost(this);
            _connection = null;
            var failed = _asked.Values.ToArray();
            _asked.Clear();
            foreach (var (promise, timeout) in failed)
            {
                timeout.Cancelled = true;
                promise.TrySetException(new IOException(why));
            }
        }
    }
}
