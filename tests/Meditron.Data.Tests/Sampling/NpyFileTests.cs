using Meditron.Data.Sampling;
using Meditron.Data.Tests.Fixtures;
using Meditron.Testing;

namespace Meditron.Data.Tests.Sampling;

public sealed class NpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_are_byte_for_byte_those_of_numpy()
    {
        var known = NumpyFixture.Root.GetProperty("npy");
        NpyFile.Write<int>(_folder.File("a"), new[] { 0, 1, 2, 3, 4 }, "<i4", 5);
        NpyFile.Write<int>(_folder.File("b"), new[] { 0, 1, 2, 3, 4, 5 }, "<i4", 3, 2);
        NpyFile.Write<uint>(_folder.File("c"), new uint[] { 0, 1, 2, 3 }, "<u4", 4);
        NpyFile.Write<int>(_folder.File("d"), Array.Empty<int>(), "<i4", 0);
        foreach (var (file, name) in new[] { ("a", "int32"), ("b", "pairs"), ("c", "uint32"), ("d", "long") })
        {
            Assert.Equal(known.GetProperty(name).GetString(), Convert.ToHexStringLower(File.ReadAllBytes(_folder.File(file))));
        }
    }

    [Fact]
    public void Only_the_type_and_shape_asked_for_are_read()
    {
        File.WriteAllBytes(_folder.File("pairs"), Convert.FromHexString(NumpyFixture.Root.GetProperty("npy").GetProperty("pairs").GetString()!));
        Assert.Equal([0, 1, 2, 3, 4, 5], NpyFile.TryRead<int>(_folder.File("pairs"), "<i4", 2, out _)!);
        Assert.Null(NpyFile.TryRead<int>(_folder.File("pairs"), "<i4", 1, out var columns));
        Assert.Null(NpyFile.TryRead<uint>(_folder.File("pairs"), "<u4", 2, out var type));
        Assert.Null(NpyFile.TryRead<int>(_folder.File("absent"), "<i4", 2, out var absent));
        File.WriteAllBytes(_folder.File("cut"), File.ReadAllBytes(_folder.File("pairs"))[..^1]);
        Assert.Null(NpyFile.TryRead<int>(_folder.File("cut"), "<i4", 2, out var cut));
        Assert.All(new[] { columns, type, absent, cut }, Assert.NotNull);
    }
}
