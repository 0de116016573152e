using System.Buffers;

namespace Meditron.Data.Curation.Formatting;

/// <summary>A growing run of characters in a rented array.</summary>
internal ref struct CharBuffer
{
    private char[] array;
    private int length;

    public CharBuffer(int capacity)
    {
        array = ArrayPool<char>.Shared.Rent(Math.Max(capacity, 256));
    }

    public int Length
    {
        readonly get => length;
        set => length = value;
    }

    public readonly ReadOnlySpan<char> Span => array.AsSpan(0, length);

    public readonly char Last => length == 0 ? '\n' : array[length - 1];

    public void Append(char c)
    {
        if (length == array.Length)
        {
            Grow(1);
        }

        array[length++] = c;
    }

    public void Append(scoped ReadOnlySpan<char> text)
    {
        if (text.Length > array.Length - length)
        {
            Grow(text.Length);
        }

        text.CopyTo(array.AsSpan(length));
        length += text.Length;
    }

    /// <summary>The array with room for <paramref name="more"/> characters behind those written.</summary>
    public Span<char> Room(int more)
    {
        if (more > array.Length - length)
        {
            Grow(more);
        }

        return array;
    }

    /// <summary>Takes spaces off the end.</summary>
    public void TrimSpaces()
    {
        while (length > 0 && array[length - 1] == ' ')
        {
            length--;
        }
    }

    /// <summary>Takes blanks and line feeds off the end.</summary>
    public void TrimEnd()
    {
        while (length > 0 && array[length - 1] is ' ' or '\n')
        {
            length--;
        }
    }

    public readonly override string ToString() => new(array, 0, length);

    public void Dispose()
    {
        var rented = array;
        array = [];
        length = 0;
        ArrayPool<char>.Shared.Return(rented);
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Max(length + more, array.Length * 2));
        array.AsSpan(0, length).CopyTo(larger);
        ArrayPool<char>.Shared.Return(array);
        array = larger;
    }
}
