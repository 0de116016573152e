namespace Meditron.Actors.Remote.Wire;

/// <summary>Puts a frame that came in chunks together again; one for each lane, since chunks of a lane never mix.</summary>
internal sealed class ChunkAssembler(int maximumSize)
{
    private byte[]? _whole;
    private int _filled;
    private int _total;

    /// <summary>Takes the first chunk, which announces the size of the whole.</summary>
    public void Begin(int total, ReadOnlySpan<byte> first)
    {
        if (_whole is not null)
        {
            throw new WireFormatException("a chunked frame begins inside another");
        }

        if (total > maximumSize || total <= first.Length)
        {
            throw new WireFormatException(
                $"a chunked frame announces {total} bytes; allowed are at most {maximumSize} (akka.remote.maximum-message-size) and more than its first chunk has");
        }

        // Grows with what really arrives: an announcement alone reserves little.
        _whole = new byte[Math.Min(total, Math.Max(1 << 20, first.Length))];
        _total = total;
        _filled = 0;
        Append(first);
    }

    /// <summary>Takes a further chunk; gives the whole once it is complete.</summary>
    public byte[]? Add(ReadOnlySpan<byte> chunk)
    {
        if (_whole is null)
        {
            throw new WireFormatException("a chunk belongs to no frame");
        }

        if (chunk.Length == 0 || chunk.Length > _total - _filled)
        {
            throw new WireFormatException($"a chunk has {chunk.Length} bytes where 1 to {_total - _filled} were missing");
        }

        Append(chunk);
        if (_filled < _total)
        {
            return null;
        }

        var whole = _whole;
        _whole = null;
        return whole;
    }

    private void Append(ReadOnlySpan<byte> chunk)
    {
        if (_filled + chunk.Length > _whole!.Length)
        {
            Array.Resize(ref _whole, Math.Min(_total, Math.Max(_whole.Length * 2, _filled + chunk.Length)));
        }

        chunk.CopyTo(_whole.AsSpan(_filled));
        _filled += chunk.Length;
    }
}
