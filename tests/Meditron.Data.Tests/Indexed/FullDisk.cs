namespace Meditron.Data.Tests.Indexed;

/// <summary>A file that takes some bytes and then reports a full disk, as the system does.</summary>
internal sealed class FullDisk(string path, long room) : FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1)
{
    private const int NoSpace = 28;
    private long _room = room;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _room -= buffer.Length;
        if (_room < 0)
        {
            throw new IOException("No space left on device", NoSpace);
        }

        base.Write(buffer);
    }
}
