using System.Buffers.Binary;

namespace Meditron.Simulation.Stores;

/// <summary>A machine's program that keeps a store for all others and is reached over the network.</summary>
internal sealed class DatabaseServer(NodeProcess process) : NodeProgram(process)
{
    /// <summary>The machine's name.</summary>
    public const string Host = "db";

    /// <summary>The port it listens at.</summary>
    public const int Port = 5432;

    private const string File = "database.log";

    private StoreEngine? _engine;

    public override void Start()
    {
        try
        {
            _engine = new StoreEngine(Process, File);
            Process.Network.Listen("", Port, _ => new Session(this));
        }
        catch (IOException e)
        {
            Panic(e);
        }
    }

    public override void Leave() => Process.Runtime.ExitProcess(0);

    private void Panic(Exception cause)
    {
        World.Note(Name, $"the database gives up: {cause.Message}");
        Process.Runtime.ExitProcess(1);
    }

    private sealed class Session(DatabaseServer server) : IConnectionHandler
    {
        private IConnection? _connection;

        public void OnOpened(IConnection connection)
        {
            _connection = connection;
            connection.MaximumFrameSize = int.MaxValue;
        }

        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            var number = BinaryPrimitives.ReadInt64LittleEndian(frame);
            try
            {
                server._engine!.Handle(StoreCodec.DecodeRequest(frame[8..]), (reply, failure) => Answer(number, reply, failure));
            }
            catch (IOException e)
            {
                server.Panic(e);
            }
        }

        public void OnClosed(CloseReason reason, string detail) => _connection = null;

        private void Answer(long number, StoreReply? reply, Exception? failure)
        {
            if (failure is not null)
            {
                server.Panic(failure);
                return;
            }

            Span<byte> head = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(head, number);
            _connection?.Send(Lane.Ordinary, head, StoreCodec.Encode(reply!));
            _connection?.Flush();
        }
    }
}
