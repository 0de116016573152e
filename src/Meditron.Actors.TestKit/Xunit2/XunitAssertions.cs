using System.Globalization;
using Xunit;
using Xunit.Sdk;

namespace Meditron.Actors.TestKit.Xunit2;

/// <summary>Reports failed expectations as xunit does.</summary>
public class XunitAssertions : ITestKitAssertions
{
    /// <inheritdoc/>
    public void Fail(string format = "", params object[] args) => throw FailException.ForFailure(Text(format, args));

    /// <inheritdoc/>
    public void AssertTrue(bool condition, string format = "", params object[] args)
    {
        if (!condition)
        {
            Assert.Fail(Text(format, args));
        }
    }

    /// <inheritdoc/>
    public void AssertFalse(bool condition, string format = "", params object[] args)
    {
        if (condition)
        {
            Assert.Fail(Text(format, args));
        }
    }

    /// <inheritdoc/>
    public void AssertEqual<T>(T expected, T actual, string format = "", params object[] args)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Assert.Fail($"Expected {expected}, got {actual}. {Text(format, args)}");
        }
    }

    /// <inheritdoc/>
    public void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object[] args)
    {
        if (!comparer(expected, actual))
        {
            Assert.Fail($"Expected {expected}, got {actual}. {Text(format, args)}");
        }
    }

    /// <summary>Texts without arguments may hold braces of their own.</summary>
    private static string Text(string format, object[]? args) =>
        args is { Length: > 0 } ? string.Format(CultureInfo.InvariantCulture, format, args) : format;
}
