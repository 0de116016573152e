using System.Globalization;

namespace Meditron.Actors.Util;

/// <summary>The version of the application a node runs, ordered as people read versions: 1.2 before 1.10, a pre-release before its release.</summary>
public class AppVersion : IComparable<AppVersion>, IEquatable<AppVersion>
{
    private readonly int[] _numbers;
    private readonly string _rest;

    private AppVersion(string version, int[] numbers, string rest)
    {
        Version = version;
        _numbers = numbers;
        _rest = rest;
    }

    /// <summary>The version of a node that has none.</summary>
    public static readonly AppVersion Zero = Create("0.0.0");

    /// <summary>The version as it was written.</summary>
    public string Version { get; }

    /// <summary>Reads a version such as 1.2.3, 1.2-RC1 or 2.0+build7.</summary>
    /// <exception cref="ArgumentException">The text is not a version.</exception>
    public static AppVersion Create(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        var end = version.AsSpan().IndexOfAny('-', '+');
        var head = end < 0 ? version : version[..end];
        var rest = end < 0 ? "" : version[end..];
        var parts = head.Split('.');
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                throw new ArgumentException(
                    $"'{version}' is not a version: numbers separated by dots are expected, such as 1.2.3 or 1.2.3-RC1.", nameof(version));
            }
        }

        return new AppVersion(version, numbers, rest);
    }

    internal static AppVersion FromAssembly(Version? version) =>
        version is null ? Zero : Create(version.ToString(Math.Min(3, version.Revision >= 0 ? 3 : version.Build >= 0 ? 3 : 2)));

    /// <inheritdoc/>
    public int CompareTo(AppVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < Math.Max(_numbers.Length, other._numbers.Length); i++)
        {
            var result = NumberAt(i).CompareTo(other.NumberAt(i));
            if (result != 0)
            {
                return result;
            }
        }

        // 1.2-RC1 comes before 1.2, 1.2 before 1.2+build.
        var byStage = Stage.CompareTo(other.Stage);
        return byStage != 0 ? byStage : string.CompareOrdinal(_rest, other._rest);
    }

    /// <inheritdoc/>
    public bool Equals(AppVersion? other) => other is not null && CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AppVersion);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        var length = _numbers.Length;
        while (length > 0 && _numbers[length - 1] == 0)
        {
            length--;
        }

        for (var i = 0; i < length; i++)
        {
            hash.Add(_numbers[i]);
        }

        hash.Add(_rest, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Version;

    private int Stage => _rest.Length == 0 ? 1 : _rest[0] == '-' ? 0 : 2;

    private int NumberAt(int index) => index < _numbers.Length ? _numbers[index] : 0;
}
