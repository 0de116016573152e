namespace Meditron.Actors.Actor;

/// <summary>What tests need of a cell: processing a message at once, outside of the mailbox and of supervision.</summary>
internal sealed partial class ActorCell
{
    /// <summary>Processes a message on this thread; what the actor throws comes out.</summary>
    public void ReceiveMessageForTest(Envelope envelope) => ReceiveMessageForTestAsync(envelope);

    /// <summary>Processes a message on this thread; the task ends with the asynchronous handler, if the message started one.</summary>
    public Task ReceiveMessageForTestAsync(Envelope envelope)
    {
        var previous = Current;
        var (message, sender) = (_currentMessage, _currentSender);
        (Current, _currentMessage, _currentSender) = (this, envelope.Message, envelope.Sender);
        CurrentTurn++;
        var isWaiting = false;
        try
        {
            if (envelope.Message is IAutoReceivedMessage)
            {
                AutoReceiveMessage(envelope.Message);
            }
            else
            {
                ReceiveMessage(envelope.Message);
            }

            isWaiting = _async is { Task: not null };
            return _async?.Task ?? Task.CompletedTask;
        }
        finally
        {
            Current = previous;
            if (!isWaiting)
            {
                (_currentMessage, _currentSender) = (message, sender);
            }
        }
    }
}
