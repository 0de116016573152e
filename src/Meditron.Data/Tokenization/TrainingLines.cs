using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Meditron.Data.Tokenization;

/// <summary>Cuts texts into the lines a trainer takes, and keeps the one given out in place.</summary>
internal sealed class TrainingLines : IDisposable
{
    private readonly IEnumerator<ReadOnlyMemory<byte>> _texts;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _line;
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Cuts at line breaks, and lines longer than the maximum at spaces.</summary>
    public TrainingLines(IEnumerable<ReadOnlyMemory<byte>> texts, int maximumBytes, CancellationToken cancellation)
    {
        _texts = texts.GetEnumerator();
        _cancellation = cancellation;
        _line = GC.AllocateUninitializedArray<byte>(maximumBytes, pinned: true);
    }

    /// <summary>What stopped the lines, if something did.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    /// <summary>Lines given out so far.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes given out so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The next line; false at the end or after a failure. The address is good until the next call.</summary>
    public bool TryNext(out nint address, out int length)
    {
        address = 0;
        length = 0;
        try
        {
            _cancellation.ThrowIfCancellationRequested();
            while (_rest.IsEmpty)
            {
                if (!_texts.MoveNext())
                {
                    return false;
                }

                _rest = _texts.Current;
            }

            length = Take();
            address = Address();
            Count++;
            Bytes += length;
            return true;
        }
        catch (Exception failure)
        {
            // Nothing may be thrown through the library: it is told to stop, and the caller throws this afterwards.
            Failure = ExceptionDispatchInfo.Capture(failure);
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _texts.Dispose();

    private unsafe nint Address() => (nint)Unsafe.AsPointer(ref _line[0]);

    private int Take()
    {
        var rest = _rest.Span;
        var length = rest.IndexOf((byte)'\n');
        var skip = 1;
        if (length < 0)
        {
            length = rest.Length;
            skip = 0;
        }

        if (length > _line.Length)
        {
            length = rest[.._line.Length].LastIndexOf((byte)' ');
            skip = 1;
            if (length <= 0)
            {
                // No space to cut at: cut between two characters.
                skip = 0;
                length = _line.Length;
                while (length > 1 && (rest[length] & 0xC0) == 0x80)
                {
                    length--;
                }
            }
        }

        rest[..length].CopyTo(_line);
        _rest = _rest[(length + skip)..];
        return length;
    }
}
