using System.Globalization;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Dispatch;
using Meditron.Actors.Event;
using Meditron.Actors.Persistence.Serialization;

namespace Meditron.Actors.Persistence.Snapshot;

/// <summary>Keeps each snapshot in a file of its own: written under another name, flushed and then renamed, on a thread of the store's own.</summary>
public class LocalSnapshotStore : SnapshotStore
{
    private const string Prefix = "snapshot-";
    private const string Unfinished = ".tmp";

    private readonly ExtendedActorSystem _system;
    private readonly EngineRuntime _runtime;
    private readonly IExecutor _thread;
    private readonly ILoggingAdapter _log;
    private readonly PersistenceSnapshotSerializer _serializer;
    private readonly DirectoryInfo _folder;
    private readonly int _maxLoadAttempts;

    /// <summary>Made by the engine alone.</summary>
    /// <exception cref="ConfigurationException">A value of the plugin's configuration is not allowed.</exception>
    public LocalSnapshotStore()
    {
        _system = (ExtendedActorSystem)Context.System;
        _runtime = ((ActorSystemImpl)_system).Runtime;
        _log = Context.GetLogger();
        _serializer = new PersistenceSnapshotSerializer(_system);
        var path = Self.Path.Name;
        var config = Persistence.Instance.Apply(_system).ConfigFor(Self);
        var folder = config.GetString("dir");
        if (string.IsNullOrWhiteSpace(folder))
        {
            throw new ConfigurationException($"{path}.dir is empty; allowed is the name of a folder.");
        }

        _folder = new DirectoryInfo(folder);
        _maxLoadAttempts = config.GetInt("max-load-attempts");
        if (_maxLoadAttempts < 1)
        {
            throw new ConfigurationException($"{path}.max-load-attempts is {_maxLoadAttempts}; allowed is a number above 0.");
        }

        _thread = _runtime.NewThreads(path, 1);
    }

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Run(SelectedSnapshot? () =>
    {
        var newest = Find(persistenceId).Where(found => criteria.IsMatch(found.Metadata)).OrderByDescending(found => found.Metadata.SequenceNr).Take(_maxLoadAttempts).ToList();
        Exception? last = null;
        foreach (var (file, metadata) in newest)
        {
            try
            {
                return new SelectedSnapshot(metadata, ((Serialization.Snapshot)_serializer.FromBinary(File.ReadAllBytes(file), "S")).Data);
            }
            catch (Exception cause)
            {
                _log.Error(cause, "The snapshot {0} of {1} cannot be read, and the one before it is tried: {2}", file, persistenceId, cause.Message);
                last = cause;
            }
        }

        return last is null
            ? null
            : throw new IOException($"None of the {newest.Count} newest snapshots of {persistenceId} in {_folder.FullName} can be read: {last.Message} Delete them to recover from all events.", last);
    });

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var bytes = _serializer.ToBinary(new Serialization.Snapshot(snapshot));
        return Run(() =>
        {
            _folder.Create();
            var older = Find(metadata.PersistenceId).Where(found => found.Metadata.SequenceNr == metadata.SequenceNr).Select(found => found.File).ToList();
            var file = Path.Combine(_folder.FullName, NameOf(metadata));
            using (var stream = new FileStream(file + Unfinished, FileMode.Create, FileAccess.Write))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(file + Unfinished, file, overwrite: true);
            older.Remove(file);
            older.ForEach(File.Delete);
            return Done.Instance;
        });
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata) => Run(() => Delete(
        metadata.PersistenceId,
        found => found.SequenceNr == metadata.SequenceNr && (metadata.Timestamp == DateTime.MinValue || metadata.Timestamp == found.Timestamp)));

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Run(() => Delete(persistenceId, criteria.IsMatch));

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _thread.Shutdown();
        base.PostStop();
    }

    private static string PrefixOf(string persistenceId) => $"{Prefix}{Uri.EscapeDataString(persistenceId)}-";

    private static string NameOf(SnapshotMetadata metadata) =>
        string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(metadata.PersistenceId)}{metadata.SequenceNr}-{metadata.Timestamp.Ticks}");

    private Done Delete(string persistenceId, Func<SnapshotMetadata, bool> fits)
    {
        foreach (var (file, metadata) in Find(persistenceId))
        {
            if (fits(metadata))
            {
                File.Delete(file);
            }
        }

        return Done.Instance;
    }

    private List<(string File, SnapshotMetadata Metadata)> Find(string persistenceId)
    {
        _folder.Refresh();
        if (!_folder.Exists)
        {
            return [];
        }

        // The id itself may have what looks like a number and a time at its end, so that only names with exactly those two left are its own.
        var prefix = PrefixOf(persistenceId);
        var found = new List<(string, SnapshotMetadata)>();
        foreach (var file in _folder.EnumerateFiles())
        {
            if (file.Name.StartsWith(prefix, StringComparison.Ordinal)
                && file.Name[prefix.Length..].Split('-') is [var number, var ticks]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequenceNr)
                && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
                && time <= DateTime.MaxValue.Ticks)
            {
                found.Add((file.FullName, new SnapshotMetadata(persistenceId, sequenceNr, new DateTime(time, DateTimeKind.Utc))));
            }
        }

        return found;
    }

    private Task<T> Run<T>(Func<T> action)
    {
        var promise = _runtime.NewPromise<T>();
        _thread.Execute(new ActionRunnable(() =>
        {
            try
            {
                promise.TrySetResult(action());
            }
            catch (Exception cause)
            {
                promise.TrySetException(cause);
            }
        }));
        return promise.Task;
    }
}
