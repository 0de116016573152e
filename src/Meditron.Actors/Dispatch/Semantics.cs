namespace Meditron.Actors.Dispatch;

/// <summary>Something a message queue promises.</summary>
public interface ISemantics;

/// <summary>A queue of unlimited length.</summary>
public interface IUnboundedMessageQueueSemantics : ISemantics;

/// <summary>A queue of limited length.</summary>
public interface IBoundedMessageQueueSemantics : ISemantics;

/// <summary>A queue that can be put back into at its front.</summary>
public interface IDequeBasedMessageQueueSemantics : ISemantics;

/// <summary>A queue of unlimited length that can be put back into at its front.</summary>
public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics;

/// <summary>An actor that needs a queue with certain promises; every mailbox of this engine keeps those a stash needs.</summary>
/// <typeparam name="T">The promises.</typeparam>
public interface IRequiresMessageQueue<T>
    where T : ISemantics;
