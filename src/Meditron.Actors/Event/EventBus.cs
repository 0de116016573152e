using System.Collections.Concurrent;

namespace Meditron.Actors.Event;

/// <summary>
/// Delivers events to the subscribers of their class and of the classes above it, in the order in which the subscribers came.
/// Publishing takes no lock: it reads one immutable snapshot with a cache of subscribers for each class.
/// </summary>
/// <typeparam name="TEvent">What is published.</typeparam>
/// <typeparam name="TClassifier">What is subscribed to.</typeparam>
/// <typeparam name="TSubscriber">Who subscribes.</typeparam>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
    where TClassifier : notnull
    where TSubscriber : notnull
{
    private readonly Lock _changes = new();
    private volatile Snapshot _snapshot = new([]);

    /// <summary>Creates a bus without subscribers.</summary>
    protected EventBus()
    {
    }

    /// <summary>Subscribes to a class and all below it; false if nothing changed by that.</summary>
    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_changes)
        {
            return Change(subscriber, classifier, wanted: true);
        }
    }

    /// <summary>Ends all subscriptions of a subscriber; false if it had none.</summary>
    public virtual bool Unsubscribe(TSubscriber subscriber)
    {
        lock (_changes)
        {
            Subscriptions[] rest = _snapshot.All.Where(s => !s.Subscriber.Equals(subscriber)).ToArray();
            bool changed = rest.Length != _snapshot.All.Length;
            if (changed)
            {
                _snapshot = new Snapshot(rest);
            }

            return changed;
        }
    }

    /// <summary>Ends a subscriber's subscription to a class and all below it; false if nothing changed by that.</summary>
    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_changes)
        {
            return Change(subscriber, classifier, wanted: false);
        }
    }

    /// <summary>Gives an event to all subscribers of its class, in the order of their first subscription.</summary>
    public virtual void Publish(TEvent @event)
    {
        TClassifier classifier = GetClassifier(@event);
        Snapshot snapshot = _snapshot;
        if (!snapshot.Cache.TryGetValue(classifier, out TSubscriber[]? subscribers))
        {
            subscribers = snapshot.All.Where(s => Covers(s.Rules, classifier)).Select(s => s.Subscriber).ToArray();
            snapshot.Cache[classifier] = subscribers;
        }

        foreach (TSubscriber subscriber in subscribers)
        {
            Publish(@event, subscriber);
        }
    }

    /// <summary>Whether a subscriber has any subscription left.</summary>
    internal bool HasSubscriptions(TSubscriber subscriber) => _snapshot.All.Any(s => s.Subscriber.Equals(subscriber));

    /// <summary>The name of an object's type, without its namespace.</summary>
    protected string SimpleName(object source) => SimpleName(source.GetType());

    /// <summary>The name of a type, without its namespace.</summary>
    protected string SimpleName(Type source) => source.Name;

    /// <summary>Whether <paramref name="child"/> is <paramref name="parent"/> or below it.</summary>
    protected abstract bool IsSubClassification(TClassifier parent, TClassifier child);

    /// <summary>Gives an event to one subscriber.</summary>
    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    /// <summary>Whether an event is of a class.</summary>
    protected abstract bool Classify(TEvent @event, TClassifier classifier);

    /// <summary>The class of an event.</summary>
    protected abstract TClassifier GetClassifier(TEvent @event);

    // A subscriber's rules apply in order: the last one that is at or above a class decides about it.
    private bool Covers(List<Rule> rules, TClassifier classifier)
    {
        for (int i = rules.Count - 1; i >= 0; i--)
        {
            if (IsSubClassification(rules[i].Classifier, classifier))
            {
                return rules[i].Wanted;
            }
        }

        return false;
    }

    private bool Change(TSubscriber subscriber, TClassifier classifier, bool wanted)
    {
        Subscriptions[] all = _snapshot.All;
        int at = Array.FindIndex(all, s => s.Subscriber.Equals(subscriber));
        List<Rule> rules = at < 0 ? [] : all[at].Rules;
        List<Rule> outside = rules.Where(r => !IsSubClassification(classifier, r.Classifier)).ToList();
        bool contradictedBelow = rules.Any(r => r.Wanted != wanted && IsSubClassification(classifier, r.Classifier));
        if (!contradictedBelow && Covers(rules, classifier) == wanted)
        {
            return false;
        }

        if (Covers(outside, classifier) != wanted)
        {
            outside.Add(new Rule(classifier, wanted));
        }

        List<Subscriptions> next = [.. all];
        if (at < 0)
        {
            next.Add(new Subscriptions(subscriber, outside));
        }
        else if (outside.Any(r => r.Wanted))
        {
            next[at] = new Subscriptions(subscriber, outside);
        }
        else
        {
            next.RemoveAt(at);
        }

        _snapshot = new Snapshot([.. next]);
        return true;
    }

    private readonly record struct Rule(TClassifier Classifier, bool Wanted);

    private sealed record Subscriptions(TSubscriber Subscriber, List<Rule> Rules);

    private sealed record Snapshot(Subscriptions[] All)
    {
        internal ConcurrentDictionary<TClassifier, TSubscriber[]> Cache { get; } = new();
    }
}
