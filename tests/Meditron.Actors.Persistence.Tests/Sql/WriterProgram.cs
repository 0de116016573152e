using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Persistence.Tests.Sql;

/// <summary>A process that persists numbered events and writes a line for each that is acknowledged.</summary>
/// <remarks>Arguments: a file with the configuration, the persistence id, and how many events; 0 for as many as there is time for.</remarks>
internal static class WriterProgram
{
    public static int Main(string[] args)
    {
        if (args is not [var config, var persistenceId, var count])
        {
            Console.Error.WriteLine("usage: CONFIG-FILE PERSISTENCE-ID COUNT");
            return 2;
        }

        using var system = ActorSystem.Create("writer", ConfigurationFactory.ParseString(File.ReadAllText(config)));
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new Writer(persistenceId, long.Parse(count), done)));

        // The input ends with the process that started this one; reading a console asynchronously blocks, too.
        var orphaned = Task.Run(Console.In.ReadToEnd);
        var code = Task.WhenAny(done.Task, orphaned).GetAwaiter().GetResult() == done.Task ? done.Task.Result : 3;
        system.Terminate().Wait(TimeSpan.FromSeconds(20));
        return code;
    }

    private sealed class Writer : ReceivePersistentActor
    {
        private readonly TaskCompletionSource<int> _done;
        private long _last;

        public Writer(string persistenceId, long count, TaskCompletionSource<int> done)
        {
            PersistenceId = persistenceId;
            _done = done;
            Recover<long>(number => _last = number);
            Recover<RecoveryCompleted>(_ =>
            {
                Say($"recovered {_last}");
                Self.Tell("next");
            });
            Command<string>(_ =>
            {
                if (count > 0 && _last >= count)
                {
                    _done.TrySetResult(0);
                    return;
                }

                // Now one, now several at once.
                var size = (int)(_last % 3) + 1;
                PersistAll(Enumerable.Range(1, size).Select(i => _last + i).ToArray(), number =>
                {
                    _last = number;
                    Say($"persisted {number}");
                });
                DeferAsync("next", next => Self.Tell(next));
            });
        }

        public override string PersistenceId { get; }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
        {
            Say($"failed {sequenceNr}: {cause.Message}");
            _done.TrySetResult(4);
        }

        protected override void OnRecoveryFailure(Exception reason, object? message = null)
        {
            Say($"not recovered: {reason.Message}");
            _done.TrySetResult(5);
        }

        private static void Say(string line)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
