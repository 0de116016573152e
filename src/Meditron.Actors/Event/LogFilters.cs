using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Meditron.Actors.Actor;
using Meditron.Actors.Actor.Setup;

namespace Meditron.Actors.Event;

/// <summary>What a log filter looks at.</summary>
public enum LogFilterType
{
    /// <summary>The source of the entry.</summary>
    Source,

    /// <summary>The text of the entry.</summary>
    Content,
}

/// <summary>What a log filter decides.</summary>
public enum LogFilterDecision
{
    /// <summary>The entry is written.</summary>
    Keep,

    /// <summary>The entry is not written.</summary>
    Drop,

    /// <summary>The filter does not say; the next one is asked.</summary>
    NoDecision,
}

/// <summary>Decides whether a log entry is written.</summary>
public abstract class LogFilterBase : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    /// <summary>Creates a filter.</summary>
    protected LogFilterBase()
    {
    }

    /// <summary>What the filter looks at.</summary>
    public abstract LogFilterType FilterType { get; }

    /// <summary>Decides about an entry; <paramref name="expandedMessage"/> is its text, for filters of content.</summary>
    public abstract LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null);
}

/// <summary>Drops entries whose source matches a regular expression.</summary>
public sealed class RegexLogSourceFilter(Regex sourceRegex) : LogFilterBase
{
    /// <inheritdoc/>
    public override LogFilterType FilterType => LogFilterType.Source;

    /// <inheritdoc/>
    public override LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null) =>
        sourceRegex.IsMatch(content.LogSource) ? LogFilterDecision.Drop : LogFilterDecision.NoDecision;
}

/// <summary>Drops entries with exactly one source.</summary>
public sealed class ExactMatchLogSourceFilter(string source, StringComparison comparison = StringComparison.OrdinalIgnoreCase) : LogFilterBase
{
    /// <inheritdoc/>
    public override LogFilterType FilterType => LogFilterType.Source;

    /// <inheritdoc/>
    public override LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null) =>
        string.Equals(content.LogSource, source, comparison) ? LogFilterDecision.Drop : LogFilterDecision.NoDecision;
}

/// <summary>Drops entries whose text matches a regular expression.</summary>
public sealed class RegexLogMessageFilter(Regex messageRegex) : LogFilterBase
{
    /// <inheritdoc/>
    public override LogFilterType FilterType => LogFilterType.Content;

    /// <inheritdoc/>
    public override LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null) =>
        messageRegex.IsMatch(expandedMessage ?? string.Empty) ? LogFilterDecision.Drop : LogFilterDecision.NoDecision;
}

/// <summary>Asks a list of filters about each log entry.</summary>
public class LogFilterEvaluator
{
    /// <summary>Keeps every entry.</summary>
    public static readonly LogFilterEvaluator NoFilters = new([]);

    private readonly LogFilterBase[] _filters;

    /// <summary>Creates an evaluator of filters; the first that decides is followed.</summary>
    public LogFilterEvaluator(LogFilterBase[] filters)
    {
        _filters = filters;
        EvaluatesLogSourcesOnly = Array.TrueForAll(filters, f => f.FilterType == LogFilterType.Source);
    }

    /// <summary>Whether no filter needs an entry's text.</summary>
    public bool EvaluatesLogSourcesOnly { get; }

    /// <summary>Whether an entry is to be written; its text is made only if a filter needs it.</summary>
    public virtual bool ShouldTryKeepMessage(LogEvent evt, out string expandedLogMessage)
    {
        expandedLogMessage = EvaluatesLogSourcesOnly ? string.Empty : LogText.Of(evt.Message);
        foreach (LogFilterBase filter in _filters)
        {
            LogFilterDecision decision = filter.ShouldKeepMessage(evt, expandedLogMessage);
            if (decision != LogFilterDecision.NoDecision)
            {
                return decision == LogFilterDecision.Keep;
            }
        }

        return true;
    }
}

/// <summary>The log filters of an actor system, given when it is created.</summary>
public sealed class LogFilterSetup(LogFilterBase[] filters) : Setup
{
    /// <summary>The filters, asked in order.</summary>
    public LogFilterBase[] Filters { get; } = filters;

    /// <summary>The evaluator of these filters.</summary>
    public LogFilterEvaluator CreateEvaluator() => Filters.Length == 0 ? LogFilterEvaluator.NoFilters : new LogFilterEvaluator(Filters);
}

/// <summary>Collects log filters.</summary>
[SuppressMessage("Security", "MA0009", Justification = "Patterns are the operator's own, not input.")]
public sealed class LogFilterBuilder
{
    private readonly List<LogFilterBase> _filters = [];

    /// <summary>Drops entries with exactly this source.</summary>
    public LogFilterBuilder ExcludeSourceExactly(string source, StringComparison comparison = StringComparison.OrdinalIgnoreCase) =>
        Add(new ExactMatchLogSourceFilter(source, comparison));

    /// <summary>Drops entries whose source starts so.</summary>
    public LogFilterBuilder ExcludeSourceStartingWith(string sourceStart) => ExcludeSourceRegex(Pattern("^" + Regex.Escape(sourceStart)));

    /// <summary>Drops entries whose source ends so.</summary>
    public LogFilterBuilder ExcludeSourceEndingWith(string sourceEnd) => ExcludeSourceRegex(Pattern(Regex.Escape(sourceEnd) + "$"));

    /// <summary>Drops entries whose source contains this.</summary>
    public LogFilterBuilder ExcludeSourceContaining(string sourcePart) => ExcludeSourceRegex(Pattern(Regex.Escape(sourcePart)));

    /// <summary>Drops entries whose source matches.</summary>
    public LogFilterBuilder ExcludeSourceRegex(Regex sourceRegex) => Add(new RegexLogSourceFilter(sourceRegex));

    /// <summary>Drops entries whose text contains this.</summary>
    public LogFilterBuilder ExcludeMessageContaining(string messagePart) => ExcludeMessageRegex(Pattern(Regex.Escape(messagePart)));

    /// <summary>Drops entries whose text matches.</summary>
    public LogFilterBuilder ExcludeMessageRegex(Regex messageRegex) => Add(new RegexLogMessageFilter(messageRegex));

    /// <summary>Adds a filter.</summary>
    public LogFilterBuilder Add(LogFilterBase filter)
    {
        _filters.Add(filter);
        return this;
    }

    /// <summary>Adds filters.</summary>
    public LogFilterBuilder AddRange(IEnumerable<LogFilterBase> filters)
    {
        _filters.AddRange(filters);
        return this;
    }

    /// <summary>The setup with all filters added so far.</summary>
    public LogFilterSetup Build() => new([.. _filters]);

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
}
