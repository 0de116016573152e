using System.Buffers.Binary;
using System.IO.Compression;

namespace Meditron.Data.Text;

/// <summary>
/// Reads gzip data of one or more members and holds each against its checksum and length, so that a file that was cut off anywhere is noticed
/// (the platform's reader takes the end of the file for the end of the data).
/// </summary>
internal sealed class GzipReader : IDisposable
{
    // What is handed to the decompressor at once; it may take more than its data, by less than two of these.
    private const int Block = 4096;
    private const int History = 2 * Block;

    private readonly Stream _file;
    private readonly byte[] _buffer = new byte[History + (1 << 16)];
    private readonly Feed _feed;
    private int _at;
    private int _end;
    private DeflateStream? _member;
    private uint _checksum;
    private uint _length;
    private bool _any;

    /// <summary>Reads from a stream, which the caller keeps.</summary>
    public GzipReader(Stream file)
    {
        _file = file;
        _feed = new Feed(this);
    }

    /// <summary>Reads decompressed bytes; 0 at the end.</summary>
    /// <exception cref="InvalidDataException">The data is damaged or cut off.</exception>
    public int Read(Span<byte> destination)
    {
        while (true)
        {
            if (_member is null && !Begin())
            {
                return 0;
            }

            var read = _member!.Read(destination);
            if (read > 0)
            {
                _checksum = Crc32.Append(_checksum, destination[..read]);
                _length += (uint)read;
                return read;
            }

            End();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _member?.Dispose();
        _feed.Dispose();
    }

    // Reads a member's header; false at the end of the file. Zeros after the last member are padding.
    private bool Begin()
    {
        if (_any)
        {
            while (Need(1) && _buffer[_at] == 0)
            {
                _at++;
            }

            if (!Need(1))
            {
                return false;
            }
        }

        const int hasChecksum = 2, hasExtra = 4, hasName = 8, hasComment = 16;
        if (!Need(10) || _buffer[_at] != 0x1F || _buffer[_at + 1] != 0x8B || _buffer[_at + 2] != 8)
        {
            throw new InvalidDataException("There is no gzip header.");
        }

        var flags = _buffer[_at + 3];
        _at += 10;
        if ((flags & hasExtra) != 0)
        {
            Skip(2, out var at);
            Skip(BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(at)), out _);
        }

        for (var texts = ((flags & hasName) != 0 ? 1 : 0) + ((flags & hasComment) != 0 ? 1 : 0); texts > 0;)
        {
            Skip(1, out var at);
            texts -= _buffer[at] == 0 ? 1 : 0;
        }

        if ((flags & hasChecksum) != 0)
        {
            Skip(2, out _);
        }

        _any = true;
        _checksum = 0;
        _length = 0;
        _member = new DeflateStream(_feed, CompressionMode.Decompress, leaveOpen: true);
        return true;
    }

    // The decompressor does not tell where its data ended. The checksum and length that must follow do.
    private void End()
    {
        _member!.Dispose();
        _member = null;
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _length);
        _ = Need(trailer.Length);
        var from = Math.Max(0, _at - History);
        var found = _buffer.AsSpan(from, Math.Min(_end, _at + trailer.Length) - from).IndexOf(trailer);
        if (found < 0)
        {
            throw new InvalidDataException("The gzip data does not end with its checksum and length.");
        }

        _at = from + found + trailer.Length;
    }

    private void Skip(int count, out int at)
    {
        if (!Need(count))
        {
            throw new InvalidDataException("The gzip header is cut off.");
        }

        at = _at;
        _at += count;
    }

    // Makes so many bytes lie at _at, and keeps those before it that the decompressor may have taken too much; false where the file ends.
    private bool Need(int count)
    {
        while (_end - _at < count)
        {
            if (_end == _buffer.Length || _at > History)
            {
                var keep = Math.Min(_at, History);
                _buffer.AsSpan(_at - keep, _end - _at + keep).CopyTo(_buffer);
                _end -= _at - keep;
                _at = keep;
            }

            var read = _file.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    /// <summary>Hands the file's bytes to the decompressor.</summary>
    private sealed class Feed(GzipReader reader) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (!reader.Need(1))
            {
                return 0;
            }

            var count = Math.Min(Math.Min(buffer.Length, Block), reader._end - reader._at);
            reader._buffer.AsSpan(reader._at, count).CopyTo(buffer);
            reader._at += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
