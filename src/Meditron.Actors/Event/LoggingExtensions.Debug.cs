namespace Meditron.Actors.Event;

// Debug: the arguments are boxed and the text is made only when the level is on.
public static partial class LoggingExtensions
{
    /// <summary>Logs a finished text at level DebugLevel.</summary>
    public static void Debug(this ILoggingAdapter log, string format)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, null, format);
        }
    }

    /// <summary>Logs a format with one argument at level DebugLevel.</summary>
    public static void Debug<T1>(this ILoggingAdapter log, string format, T1 arg1)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, null, new FormattedLogMessage(log.Formatter, format, [arg1]));
        }
    }

    /// <summary>Logs a format with two arguments at level DebugLevel.</summary>
    public static void Debug<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, null, new FormattedLogMessage(log.Formatter, format, [arg1, arg2]));
        }
    }

    /// <summary>Logs a format with three arguments at level DebugLevel.</summary>
    public static void Debug<T1, T2, T3>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, null, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3]));
        }
    }

    /// <summary>Logs a format with four arguments at level DebugLevel.</summary>
    public static void Debug<T1, T2, T3, T4>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, null, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3, arg4]));
        }
    }

    /// <summary>Logs a format with five arguments at level DebugLevel.</summary>
    public static void Debug<T1, T2, T3, T4, T5>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, null, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3, arg4, arg5]));
        }
    }

    /// <summary>Logs a format with six arguments at level DebugLevel.</summary>
    public static void Debug<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, null, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3, arg4, arg5, arg6]));
        }
    }

    /// <summary>Logs a format with its arguments at level DebugLevel.</summary>
    public static void Debug(this ILoggingAdapter log, string format, object?[] args)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, null, new FormattedLogMessage(log.Formatter, format, args));
        }
    }

    /// <summary>Logs a finished text at level DebugLevel with the exception that caused it.</summary>
    public static void Debug(this ILoggingAdapter log, Exception? cause, string format)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, cause, format);
        }
    }

    /// <summary>Logs a format with one argument at level DebugLevel with the exception that caused it.</summary>
    public static void Debug<T1>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1]));
        }
    }

    /// <summary>Logs a format with two arguments at level DebugLevel with the exception that caused it.</summary>
    public static void Debug<T1, T2>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1, arg2]));
        }
    }

    /// <summary>Logs a format with three arguments at level DebugLevel with the exception that caused it.</summary>
    public static void Debug<T1, T2, T3>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3]));
        }
    }

    /// <summary>Logs a format with four arguments at level DebugLevel with the exception that caused it.</summary>
    public static void Debug<T1, T2, T3, T4>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3, arg4]));
        }
    }

    /// <summary>Logs a format with five arguments at level DebugLevel with the exception that caused it.</summary>
    public static void Debug<T1, T2, T3, T4, T5>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3, arg4, arg5]));
        }
    }

    /// <summary>Logs a format with six arguments at level DebugLevel with the exception that caused it.</summary>
    public static void Debug<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3, arg4, arg5, arg6]));
        }
    }

    /// <summary>Logs a format with its arguments at level DebugLevel with the exception that caused it.</summary>
    public static void Debug(this ILoggingAdapter log, Exception? cause, string format, object?[] args)
    {
        if (log.IsDebugEnabled)
        {
            log.Log(LogLevel.DebugLevel, cause, new FormattedLogMessage(log.Formatter, format, args));
        }
    }
}
