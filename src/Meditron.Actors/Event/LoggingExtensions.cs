namespace Meditron.Actors.Event;

/// <summary>The calls with which code logs; none costs more than a comparison when its level is off.</summary>
public static partial class LoggingExtensions
{
    /// <summary>Logs a finished text.</summary>
    public static void Log(this ILoggingAdapter log, LogLevel logLevel, string format)
    {
        if (log.IsEnabled(logLevel))
        {
            log.Log(logLevel, null, format);
        }
    }

    /// <summary>Logs a format with its arguments.</summary>
    public static void Log(this ILoggingAdapter log, LogLevel logLevel, string format, object?[] args)
    {
        if (log.IsEnabled(logLevel))
        {
            log.Log(logLevel, null, new FormattedLogMessage(log.Formatter, format, args));
        }
    }

    /// <summary>Logs a format with its arguments and the exception that caused it.</summary>
    public static void Log(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, object?[] args)
    {
        if (log.IsEnabled(logLevel))
        {
            log.Log(logLevel, cause, new FormattedLogMessage(log.Formatter, format, args));
        }
    }

    /// <summary>Logs a format with one argument and the exception that caused it.</summary>
    public static void Log<T1>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1)
    {
        if (log.IsEnabled(logLevel))
        {
            log.Log(logLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1]));
        }
    }

    /// <summary>Logs a format with two arguments and the exception that caused it.</summary>
    public static void Log<T1, T2>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2)
    {
        if (log.IsEnabled(logLevel))
        {
            log.Log(logLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1, arg2]));
        }
    }

    /// <summary>Logs a format with three arguments and the exception that caused it.</summary>
    public static void Log<T1, T2, T3>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3)
    {
        if (log.IsEnabled(logLevel))
        {
            log.Log(logLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3]));
        }
    }

    /// <summary>Logs a format with four arguments and the exception that caused it.</summary>
    public static void Log<T1, T2, T3, T4>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
    {
        if (log.IsEnabled(logLevel))
        {
            log.Log(logLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3, arg4]));
        }
    }

    /// <summary>Logs a format with five arguments and the exception that caused it.</summary>
    public static void Log<T1, T2, T3, T4, T5>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
    {
        if (log.IsEnabled(logLevel))
        {
            log.Log(logLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3, arg4, arg5]));
        }
    }

    /// <summary>Logs a format with six arguments and the exception that caused it.</summary>
    public static void Log<T1, T2, T3, T4, T5, T6>(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
    {
        if (log.IsEnabled(logLevel))
        {
            log.Log(logLevel, cause, new FormattedLogMessage(log.Formatter, format, [arg1, arg2, arg3, arg4, arg5, arg6]));
        }
    }
}
