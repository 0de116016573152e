using Meditron.Actors.Actor;

namespace Meditron.Actors.Dispatch;

/// <summary>A run of slots of a mailbox: filled once, emptied once, then left to the collector, so that a late sender can never write into a slot that is used again.</summary>
internal sealed class MailboxSegment(int size)
{
    public const int SmallestSize = 8;
    public const int LargestSize = 512;

    public readonly Slot[] Slots = new Slot[size];

    /// <summary>The number of slots claimed by senders; may pass the number there are.</summary>
    public int Claimed;

    public MailboxSegment? Next;

    public struct Slot
    {
        public object? Message;
        public IActorRef? Sender;
    }
}
