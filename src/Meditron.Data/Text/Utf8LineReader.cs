using System.Buffers;
using System.Globalization;

namespace Meditron.Data.Text;

/// <summary>Reads a text file, plain or gzip, as chunks of whole lines; a byte-order mark at its start and carriage returns at line ends are left out.</summary>
public sealed class Utf8LineReader : IDisposable
{
    private const int MaximumLine = 1 << 30;
    private const int SmallestChunk = 16;

    private readonly FileStream _file;
    private readonly GzipReader? _gzip;
    private readonly int _chunkBytes;
    private byte[] _left = ArrayPool<byte>.Shared.Rent(1 << 16);
    private int _leftLength;
    private long _line = 1;
    private bool _first = true;
    private bool _ended;

    /// <summary>Opens a file. It is taken for gzip by its first bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="chunkBytes">About how many bytes a chunk holds.</param>
    /// <exception cref="MissingInputException">The file is not there.</exception>
    /// <exception cref="TextFormatException">The file is empty, or ends in .gz and is not gzip.</exception>
    public Utf8LineReader(string path, int chunkBytes = 1 << 19)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkBytes);
        FileName = path;
        _chunkBytes = chunkBytes;
        _file = MissingInputException.OpenRead(path, "the text");
        try
        {
            Length = _file.Length;
            if (Length == 0)
            {
                throw new TextFormatException("the file is empty, text was expected. Check how it was made.", path);
            }

            Span<byte> magic = stackalloc byte[2];
            var read = _file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
            _file.Position = 0;
            var compressed = read == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
            if (!compressed && path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                throw new TextFormatException("the name ends in .gz, but the file is not gzip data. Rename it, or compress it again.", path);
            }

            _gzip = compressed ? new GzipReader(_file) : null;
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The file's name.</summary>
    public string FileName { get; }

    /// <summary>Bytes of the file on disk.</summary>
    public long Length { get; }

    /// <summary>Bytes of the file on disk that were read so far.</summary>
    public long Position => _file.Position;

    /// <summary>Reads the next lines; false at the end.</summary>
    /// <exception cref="TextFormatException">The gzip data is damaged or truncated, or a line is longer than 1 GiB.</exception>
    public bool Read(LineChunk chunk)
    {
        chunk.Clear();
        var limit = Math.Max(Math.Max(_chunkBytes, SmallestChunk), _leftLength);
        var buffer = chunk.Reserve(limit, 0);
        _left.AsSpan(0, _leftLength).CopyTo(buffer);
        var length = _leftLength;
        _leftLength = 0;
        var end = -1;
        while (!_ended)
        {
            if (length >= limit)
            {
                end = buffer.AsSpan(0, length).LastIndexOf((byte)'\n');
                if (end >= 0)
                {
                    break;
                }

                if (length >= MaximumLine)
                {
                    throw new TextFormatException("the line is longer than 1 GiB. Write one document a line, with line breaks inside it as \\n.", FileName, _line);
                }

                limit = (int)Math.Min(2L * limit, MaximumLine);
                buffer = chunk.Reserve(limit, length);
            }

            var read = ReadSome(buffer.AsSpan(length, limit - length));
            if (read == 0)
            {
                _ended = true;
                break;
            }

            if (_first)
            {
                // Whole marks only: a first read shorter than three bytes is read on.
                read += length;
                while (read < 3 && ReadSome(buffer.AsSpan(read, 3 - read)) is > 0 and var more)
                {
                    read += more;
                }

                _first = false;
                var mark = buffer.AsSpan(0, read).StartsWith("\uFEFF"u8) ? 3 : 0;
                buffer.AsSpan(mark, read - mark).CopyTo(buffer);
                length = read - mark;
                continue;
            }

            length += read;
        }

        if (!_ended)
        {
            _leftLength = length - end - 1;
            if (_left.Length < _leftLength)
            {
                ArrayPool<byte>.Shared.Return(_left);
                _left = ArrayPool<byte>.Shared.Rent(_leftLength);
            }

            buffer.AsSpan(end + 1, _leftLength).CopyTo(_left);
            length = end + 1;
        }

        chunk.File = FileName;
        chunk.FirstLine = _line;
        chunk.Split(length);
        _line += chunk.Count;
        return chunk.Count > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gzip?.Dispose();
        _file.Dispose();
        if (_left.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_left);
            _left = [];
        }
    }

    private int ReadSome(Span<byte> destination)
    {
        try
        {
            return _gzip is null ? _file.Read(destination) : _gzip.Read(destination);
        }
        catch (InvalidDataException reason)
        {
            throw new TextFormatException(
                string.Create(CultureInfo.InvariantCulture, $"the gzip data is damaged or truncated near byte {_file.Position} of {Length}. Copy the file again."),
                FileName, _line, reason);
        }
        catch (IOException reason)
        {
            throw new MissingInputException($"could not read on at byte {_file.Position} of {Length}: {reason.Message}", FileName, reason);
        }
    }
}
