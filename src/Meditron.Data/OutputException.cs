namespace Meditron.Data;

/// <summary>A file could not be written; what was there before is as it was.</summary>
public sealed class OutputException : DataException
{
    /// <summary>Creates the error.</summary>
    public OutputException(string message, string? file = null, Exception? innerException = null)
        : base(message, file, innerException: innerException)
    {
    }

    /// <summary>Tells a full disk from other reasons and says what to do.</summary>
    internal static OutputException From(string attempted, string file, Exception reason)
    {
        const int noSpace = 28, overQuota = 122;
        var code = reason.HResult & 0xFFFF;
        var advice = code is noSpace or overQuota
            ? "the disk is full; free some space or choose another folder"
            : "check that the folder exists and may be written to";
        return new OutputException($"could not {attempted}: {reason.Message.TrimEnd('.')}; {advice}. Files written before are as they were.", file, reason);
    }
}
