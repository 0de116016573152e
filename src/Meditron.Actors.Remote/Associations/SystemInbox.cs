namespace Meditron.Actors.Remote.Associations;

/// <summary>Says of each arriving system message whether it is the next one, a repetition, or one too far ahead.</summary>
internal sealed class SystemInbox
{
    /// <summary>The number of the last message that was taken.</summary>
    public ulong Last { get; private set; }

    /// <summary>Judges a message by its number, and takes it if it is the next one.</summary>
    public Verdict Accept(ulong sequence)
    {
        if (sequence <= Last)
        {
            return Verdict.Repeated;
        }

        if (sequence != Last + 1)
        {
            return Verdict.Gap;
        }

        Last = sequence;
        return Verdict.Next;
    }

    /// <summary>Starts again for another incarnation.</summary>
    public void Reset() => Last = 0;

    /// <summary>What an arriving message is.</summary>
    internal enum Verdict
    {
        Next,
        Repeated,
        Gap,
    }
}
