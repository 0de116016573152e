using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Meditron.Training.Distributed.Launching;

namespace Meditron.Cli.Jobs;

/// <summary>
/// A process that has libtorch loaded and forks processes of this program that need not load it: a third of what a worker's start costs. It ends with this one, what it
/// has started runs on. Where there is none yet, or none can be had, processes are started in the ordinary way.
/// </summary>
/// <param name="server">The program of the server, <c>native/forkserver</c>.</param>
/// <param name="fxr">What starts a .NET program.</param>
/// <param name="log">The file that the server writes to.</param>
internal sealed partial class ForkServer(string server, string fxr, string log) : IDisposable
{
    private const int IsReady = 1;
    private const int Started = 2;
    private const int Exited = 3;
    private const int AnswerBytes = 3 * sizeof(int);
    private const int TitleBytes = 16384;
    private const int Unix = 1;
    private const int StreamThatCloses = 0x80001;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private Connection? connection;
    private bool disposed;

    /// <summary>The server's process id; null where none runs.</summary>
    public int? Id
    {
        get
        {
            lock (gate)
            {
                return connection?.Id;
            }
        }
    }

    /// <summary>A server for the programs of this machine; null where its program or what it needs is not there.</summary>
    /// <param name="log">The file that the server writes to.</param>
    public static ForkServer? Create(string log)
    {
        var server = OwnProgram.ForkServerPath;
        var root = Root;
        var versions = root is null ? null : Path.Combine(root, "host", "fxr");
        if (!OperatingSystem.IsLinux() || !File.Exists(server) || !Directory.Exists(versions))
        {
            return null;
        }

        var newest = Directory.GetDirectories(versions).MaxBy(folder => Version.TryParse(Path.GetFileName(folder).Split('-')[0], out var version) ? version : new Version(0, 0));
        var fxr = newest is null ? null : Path.Combine(newest, "libhostfxr.so");
        return File.Exists(fxr) ? new ForkServer(server, fxr, log) : null;
    }

    /// <summary>Starts the server where none runs, so that it is ready when it is needed.</summary>
    /// <returns>Completes once it can start processes, or cannot.</returns>
    public Task<bool> Prepare()
    {
        lock (gate)
        {
            if (!disposed && connection is null or { HasEnded: true })
            {
                connection?.Dispose();
                string[] command = [server, fxr, OwnProgram.Path, Root!, typeof(ForkServer).Assembly.Location, Path.Combine(AppContext.BaseDirectory, "libmeditron_torch.so"), new string('-', TitleBytes)];
                connection = Connection.Open(server, command, log);
            }

            return connection?.Ready ?? Task.FromResult(false);
        }
    }

    /// <summary>Starts a process of this program.</summary>
    /// <param name="arguments">The command line after the program.</param>
    /// <param name="output">The file that it writes to.</param>
    /// <param name="exited">Told its exit code, on any thread.</param>
    /// <param name="lost">Told the process id where the server ends before the process does, on any thread.</param>
    /// <returns>The process id; null where it is to be started in another way.</returns>
    public int? Start(IReadOnlyList<string> arguments, string output, Action<int> exited, Action<int> lost)
    {
        lock (gate)
        {
            _ = Prepare();
            return connection?.Start(arguments, output, exited, lost);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            connection?.Dispose();
            connection = null;
        }
    }

    /// <summary>Where .NET is installed; null for a program that brings its own.</summary>
    private static string? Root
    {
        get
        {
            var shared = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", ".."));
            return Path.GetFileName(shared) == "shared" ? Path.GetDirectoryName(shared) : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static unsafe partial int SocketPair(int domain, int type, int protocol, int* descriptors);

    /// <summary>One server, from its start to its end.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly Socket socket;
        private readonly ConcurrentDictionary<int, Child> asked = new();
        private readonly ConcurrentDictionary<int, Child> children = new();
        private readonly TaskCompletionSource<bool> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool ended;
        private int number;

        private Connection(Socket socket, int id)
        {
            this.socket = socket;
            Id = id;
            socket.SendTimeout = (int)Patience.TotalMilliseconds;
            new Thread(Read) { IsBackground = true, Name = $"fork-server-{id}" }.Start();
        }

        public int Id { get; }

        public bool HasEnded => ended;

        public Task<bool> Ready => ready.Task;

        /// <summary>Starts a server; null where that fails.</summary>
        public static unsafe Connection? Open(string server, string[] command, string log)
        {
            var pair = stackalloc int[2];
            if (SocketPair(Unix, StreamThatCloses, 0, pair) != 0)
            {
                return null;
            }

            using var theirs = new SafeSocketHandle(pair[1], ownsHandle: true);
            var ours = new Socket(new SafeSocketHandle(pair[0], ownsHandle: true));
            try
            {
                return new Connection(ours, DetachedProcess.Start(server, command, log, _ => { }, pair[1]));
            }
            catch (IOException)
            {
                ours.Dispose();
                return null;
            }
        }

        public int? Start(IReadOnlyList<string> arguments, string output, Action<int> exited, Action<int> lost)
        {
            if (Ready is not { IsCompletedSuccessfully: true, Result: true })
            {
                return null;
            }

            var child = new Child(exited, lost);
            asked[++number] = child;
            try
            {
                _ = socket.Send(Request(arguments, output));
                if (child.Process.Task.Wait(Patience))
                {
                    return child.Process.Task.Result;
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It has ended.
            }

            // One that does not answer is done without, now and later.
            asked.TryRemove(number, out _);
            Dispose();
            return null;
        }

        public void Dispose()
        {
            ended = true;
            try
            {
                socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It has ended.
            }
        }

        private byte[] Request(IReadOnlyList<string> arguments, string output)
        {
            var command = DetachedProcess.CommandLine(arguments);
            var strings = new[] { output }.Concat(command).Concat(DetachedProcess.Variables()).Append($"{OwnProgram.Variable}={OwnProgram.Path}");
            var text = Encoding.UTF8.GetBytes(string.Concat(strings.Select(one => one + "\0")));
            var request = new byte[AnswerBytes + text.Length];
            BinaryPrimitives.WriteInt32LittleEndian(request, request.Length - sizeof(int));
            BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(sizeof(int)), number);
            BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(2 * sizeof(int)), command.Length);
            text.CopyTo(request, AnswerBytes);
            return request;
        }

        private void Read()
        {
            var answer = new byte[AnswerBytes];
            try
            {
                while (Receive(answer))
                {
                    var (one, other) = (BinaryPrimitives.ReadInt32LittleEndian(answer.AsSpan(sizeof(int))), BinaryPrimitives.ReadInt32LittleEndian(answer.AsSpan(2 * sizeof(int))));
                    switch (BinaryPrimitives.ReadInt32LittleEndian(answer))
                    {
                        case IsReady:
                            ready.TrySetResult(true);
                            break;
                        case Started when asked.TryRemove(one, out var child):
                            if (other > 0)
                            {
                                children[other] = child;
                            }

                            child.Process.TrySetResult(other > 0 ? other : null);
                            break;
                        case Exited when children.TryRemove(one, out var child):
                            child.Exited(DetachedProcess.CodeOf(other));
                            break;
                    }
                }
            }
            catch (SocketException)
            {
                // It has ended.
            }

            ended = true;
            ready.TrySetResult(false);
            socket.Dispose();
            foreach (var waiting in asked.Values)
            {
                waiting.Process.TrySetResult(null);
            }

            foreach (var (process, child) in children)
            {
                child.Lost(process);
            }
        }

        private bool Receive(byte[] into)
        {
            for (var got = 0; got < into.Length;)
            {
                var more = socket.Receive(into, got, into.Length - got, SocketFlags.None);
                if (more == 0)
                {
                    return false;
                }

                got += more;
            }

            return true;
        }
    }

    /// <summary>A process that was asked for.</summary>
    private sealed record Child(Action<int> Exited, Action<int> Lost)
    {
        public TaskCompletionSource<int?> Process { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
