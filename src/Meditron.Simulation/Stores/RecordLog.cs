using System.Buffers.Binary;
using System.Numerics;
using Meditron.Simulation.Disks;

namespace Meditron.Simulation.Stores;

/// <summary>A file of records, each with its length and a checksum: what a crash has left of the end is cut off when it is opened.</summary>
internal sealed class RecordLog
{
    private const int HeaderSize = 8;

    private readonly NodeProcess _process;
    private readonly string _file;
    private readonly List<(long Position, Action<Exception?> Then)> _waiting = [];
    private long _length;
    private long _durable;
    private bool _flushing;

    /// <exception cref="IOException">The disk is not there.</exception>
    public RecordLog(NodeProcess process, string file, Action<byte[]> recover)
    {
        _process = process;
        _file = file;
        _length = Recover(recover);
        Disk.Truncate(file, _length);
    }

    private SimulatedDisk Disk => _process.Host.Disk;

    /// <summary>Adds a record, which may be lost until it is durable.</summary>
    /// <exception cref="IOException">The disk is not there.</exception>
    public void Append(byte[] record)
    {
        var framed = new byte[HeaderSize + record.Length];
        BinaryPrimitives.WriteInt32LittleEndian(framed, record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(4), Checksum(record));
        record.CopyTo(framed.AsSpan(HeaderSize));
        Disk.Append(_file, framed);
        _length += framed.Length;
    }

    /// <summary>Calls back once all records so far are durable, or with why they will never be known to be.</summary>
    public void WhenDurable(Action<Exception?> then)
    {
        if (_durable >= _length || _process.World.IsPlanted(PlantedBug.AnswersBeforeDurable))
        {
            then(null);
            return;
        }

        _waiting.Add((_length, then));
        Flush();
    }

    private void Flush()
    {
        if (_flushing || _waiting.Count == 0)
        {
            return;
        }

        _flushing = true;
        var length = _length;
        Disk.Flush(_process, _file, failure => Flushed(length, failure));
    }

    private void Flushed(long length, Exception? failure)
    {
        _flushing = false;
        _durable = Math.Max(_durable, failure is null ? length : 0);
        foreach (var waiting in _waiting.FindAll(one => failure is not null || one.Position <= length))
        {
            _waiting.Remove(waiting);
            waiting.Then(failure);
        }

        Flush();
    }

    private long Recover(Action<byte[]> recover)
    {
        var bytes = Disk.Read(_file).AsSpan();
        var position = 0;
        while (bytes.Length - position >= HeaderSize)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[position..]);
            if (length <= 0 || length > bytes.Length - position - HeaderSize)
            {
                break;
            }

            var record = bytes.Slice(position + HeaderSize, length);
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[(position + 4)..]) != Checksum(record))
            {
                break;
            }

            recover(record.ToArray());
            position += HeaderSize + length;
        }

        _durable = position;
        return position;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
