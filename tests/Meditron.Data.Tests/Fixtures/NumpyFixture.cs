using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Meditron.Testing;

namespace Meditron.Data.Tests.Fixtures;

/// <summary>What NumPy answered (make_numpy_fixtures.py).</summary>
internal static class NumpyFixture
{
    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllBytes(
        Path.Combine(RepositoryPaths.Root, "tests", "Meditron.Data.Tests", "Fixtures", "numpy.json"))).RootElement;

    public static string Digest<T>(ReadOnlySpan<T> items)
        where T : unmanaged => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(items)));

    public static int[] Ints(JsonElement element) => [.. element.EnumerateArray().Select(item => item.GetInt32())];
}
