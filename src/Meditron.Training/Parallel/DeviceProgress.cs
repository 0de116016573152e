namespace Meditron.Training.Parallel;

/// <summary>Counts what a device gets done, so that another thread sees whether it gets on, and what it waits for where it does not. Written by the device's thread alone.</summary>
public sealed class DeviceProgress
{
    private long count;
    private volatile DeviceActivity activity;

    /// <summary>Layers, buckets, waits and steps passed; goes up for as long as the device gets on.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>What the device is doing.</summary>
    public DeviceActivity Activity => activity;

    /// <summary>The device has got something done.</summary>
    public void Passed() => Volatile.Write(ref count, count + 1);

    /// <summary>Does something else until the result is disposed.</summary>
    public Span Enter(DeviceActivity next)
    {
        var before = activity;
        Passed();
        activity = next;
        return new Span(this, before);
    }

    /// <summary>The time in which a device does one thing.</summary>
    public readonly ref struct Span
    {
        private readonly DeviceProgress progress;
        private readonly DeviceActivity before;

        internal Span(DeviceProgress progress, DeviceActivity before)
        {
            this.progress = progress;
            this.before = before;
        }

        /// <summary>Goes back to what was done before.</summary>
        public void Dispose()
        {
            progress.Passed();
            progress.activity = before;
        }
    }
}
