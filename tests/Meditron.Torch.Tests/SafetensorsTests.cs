using System.Buffers.Binary;
using System.Text;
using Meditron.Testing;
using Meditron.Torch.Safetensors;

namespace Meditron.Torch.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    private string Path => folder.File("x.safetensors");

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void What_is_written_is_read_again_in_every_type()
    {
        ScalarType[] types = [torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.@bool];
        var tensors = types.ToDictionary(t => $"tensor.{t}", t => torch.arange(15, torch.int64).view(3, 5).remainder(2).to(t));
        Write(tensors, new Dictionary<string, string> { ["format"] = "pt", ["note"] = "\"quoted\" é" });
        using var file = SafetensorsFile.Open(Path);
        Assert.Equal("\"quoted\" é", file.Header.Metadata["note"]);
        foreach (var (name, tensor) in tensors)
        {
            Assert.True(tensor.equal(file.Map(name)), name);
            Assert.True(tensor.equal(file.Read(name)), name);
            Assert.Equal(tensor.dtype, file.Entry(name).Dtype);
        }

        Assert.Equal(0, file.Header.DataStart % 64);
        Assert.All(file.Entries, e => Assert.Equal(0, e.Offset % e.Dtype.Size()));
        Assert.Equal(["x.safetensors"], Directory.GetFiles(folder.Path).Select(System.IO.Path.GetFileName));
    }

    [Theory]
    [InlineData("/dev/shm")] // A file system in memory, that may know no O_DIRECT.
    [InlineData(null)]
    public void A_file_that_is_seen_in_blocks_as_it_is_written_is_like_any_other(string? parent)
    {
        using var other = new TemporaryFolder(parent);
        foreach (var length in new long[] { 1, 1 << 20, (1 << 20) - 2, (1 << 21) + 5000 })
        {
            var seen = new List<byte>();
            var tensors = new[] { torch.arange(length, torch.float32), torch.arange(3, torch.float32) };
            using (var writer = new SafetensorsWriter(other.File("blocks"), [("a", torch.float32, [length]), ("b", torch.float32, [3])], blocks: block => seen.AddRange(block)))
            {
                writer.Write("a", tensors[0]);
                writer.Write("b", tensors[1]);
                writer.Complete();
            }

            Assert.True(seen.SequenceEqual(File.ReadAllBytes(other.File("blocks"))));
            using var file = SafetensorsFile.Open(other.File("blocks"));
            Assert.True(tensors[0].equal(file.Read("a")));
            Assert.True(tensors[1].equal(file.Read("b")));
        }
    }

    [Fact]
    public void A_file_that_is_seen_in_blocks_is_written_in_its_order()
    {
        using var writer = new SafetensorsWriter(Path, [("a", torch.float32, [2]), ("b", torch.float32, [2])], blocks: _ => { });
        Assert.Contains("in its order", Assert.Throws<SafetensorsException>(() => writer.Write("b", torch.zeros(2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scalars_and_empty_tensors_are_kept()
    {
        Write(new() { ["s"] = torch.scalar_tensor(3), ["e"] = torch.zeros(0, 4) });
        using var file = SafetensorsFile.Open(Path);
        Assert.Equal(3, file.Map("s").item<float>());
        Assert.Equal([0L, 4], file.Map("e").shape);
    }

    [Fact]
    public void A_file_of_no_tensors_is_a_file()
    {
        Write([]);
        using var file = SafetensorsFile.Open(Path);
        Assert.Empty(file.Entries);
    }

    [Fact]
    public void Elements_are_converted_while_they_are_written()
    {
        var t = torch.randn(70, 30).t();
        using (var writer = new SafetensorsWriter(Path, [("w", ScalarType.BFloat16, [30, 70])]))
        {
            writer.Write("w", t);
            writer.Complete();
        }

        using var file = SafetensorsFile.Open(Path);
        Assert.True(t.to(torch.bfloat16).equal(file.Map("w")));
        var wide = torch.empty(30, 70);
        file.ReadInto("w", wide);
        Assert.True(t.to(torch.bfloat16).to(torch.float32).equal(wide));
        Assert.Contains("[30, 70]", Assert.Throws<SafetensorsException>(() => file.ReadInto("w", torch.empty(70, 30))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_longer_than_a_chunk_is_written_whole()
    {
        var t = torch.arange(9_000_000, torch.float32);
        Write(new() { ["long"] = t });
        using var file = SafetensorsFile.Open(Path);
        Assert.True(t.equal(file.Map("long")));
    }

    [Fact]
    public void A_mapped_tensor_outlives_its_file_and_its_changes_stay_in_memory()
    {
        Write(new() { ["a"] = torch.ones(4) });
        Tensor mapped;
        using (var file = SafetensorsFile.Open(Path))
        {
            mapped = file.Map("a");
        }

        mapped.mul_(5);
        Assert.Equal([5f, 5, 5, 5], mapped.data<float>().ToArray());
        using var again = SafetensorsFile.Open(Path);
        Assert.Equal([1f, 1, 1, 1], again.Map("a").to_array<float>());
    }

    [Fact]
    public void A_file_cut_short_while_it_is_open_is_named()
    {
        Write(new() { ["a"] = torch.ones(4000) });
        using var file = SafetensorsFile.Open(Path);
        using (var stream = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(stream.Length - 5);
        }

        Assert.Contains("cut short", Assert.Throws<SafetensorsException>(() => file.Read("a")).Message, StringComparison.Ordinal);
        Assert.Contains("no tensor 'b'", Assert.Throws<SafetensorsException>(() => file.Read("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_longer_than_a_chunk_is_converted_whole_into_any_layout()
    {
        var t = torch.arange(9_000_000, torch.float32).view(3000, 3000);
        Write(new() { ["long"] = t });
        using var file = SafetensorsFile.Open(Path);
        var wide = torch.empty([3000, 3000], torch.float64);
        file.ReadInto("long", wide);
        Assert.True(wide.equal(t.to(torch.float64)));
        var turned = torch.empty(3000, 3000).t();
        file.ReadInto("long", turned);
        Assert.True(turned.equal(t));
    }

    [Fact]
    public void Elements_that_the_file_does_not_align_are_copied()
    {
        Raw("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""", [9, 0, 0, 128, 63]);
        using var file = SafetensorsFile.Open(Path);
        Assert.Equal(1f, file.Map("b").item<float>());
    }

    [Fact]
    public void Unwritten_undeclared_misshaped_and_repeated_tensors_are_refused_and_leave_no_file()
    {
        using (var writer = new SafetensorsWriter(Path, [("a", ScalarType.Float32, [2]), ("b", ScalarType.Float32, [2])]))
        {
            Assert.Contains("'c'", Assert.Throws<SafetensorsException>(() => writer.Write("c", torch.zeros(2))).Message, StringComparison.Ordinal);
            Assert.Contains("F32[2]", Assert.Throws<SafetensorsException>(() => writer.Write("a", torch.zeros(3))).Message, StringComparison.Ordinal);
            writer.Write("a", torch.zeros(2));
            Assert.Throws<SafetensorsException>(() => writer.Write("a", torch.zeros(2)));
            Assert.Contains("'b'", Assert.Throws<SafetensorsException>(writer.Complete).Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Throws<SafetensorsException>(() => new SafetensorsWriter(Path, [("a", ScalarType.Float32, [2]), ("a", ScalarType.Float32, [2])]));
    }

    [Fact]
    public void A_full_disk_leaves_the_earlier_file_and_says_so()
    {
        Write(new() { ["a"] = torch.ones(4) });
        var e = Assert.Throws<SafetensorsException>(() => new SafetensorsWriter(Path, [("a", ScalarType.Float32, [1L << 50])]));
        Assert.Contains("could not be written", e.Message, StringComparison.Ordinal);
        using var file = SafetensorsFile.Open(Path);
        Assert.Equal(1f, file.Map("a").to_array<float>()[3]);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "truncated")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "describes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "needs 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,8]}}""", 8, "larger than any file")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775799,9223372036854775807]}}""", 8, "no file has")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", 8, "F8_E4M3")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "two entries")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]}}""", 10, "belong to no tensor")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "lacks")]
    [InlineData("""{"a":5}""", 0, "object")]
    [InlineData("""{"__metadata__":{"k":5}}""", 0, "not a string")]
    [InlineData("""{"a":""", 0, "JSON")]
    [InlineData("""{} x""", 0, "JSON")]
    [InlineData("""[]""", 0, "does not begin")]
    public void A_wrong_header_is_refused_with_its_reason(string json, int dataBytes, string reason)
    {
        Raw(json, new byte[dataBytes]);
        var e = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(Path));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.StartsWith(Path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_that_cannot_be_are_refused()
    {
        File.WriteAllBytes(Path, []);
        Assert.Contains("0 bytes", Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(Path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(Path, [255, 255, 255, 255, 255, 255, 255, 255, 1]);
        Assert.Contains("18446744073709551615", Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(Path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(Path, [100, 0, 0, 0, 0, 0, 0, 0, 1]);
        Assert.Contains("truncated", Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(Path)).Message, StringComparison.Ordinal);
        Assert.Contains("opened", Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(folder.File("none"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_and_every_flipped_bit_of_a_header_ends_in_a_typed_error_or_a_readable_file()
    {
        Write(new() { ["a"] = torch.ones(3), ["b"] = torch.ones([2, 2], torch.int64) });
        var good = File.ReadAllBytes(Path);
        for (var length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(Path, good.AsSpan(0, length));
            Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(Path));
        }

        var headerBytes = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(good);
        var refused = 0;
        for (var bit = 0; bit < headerBytes * 8; bit++)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(Path, bad);
            try
            {
                using var file = SafetensorsFile.Open(Path);
                Assert.All(file.Entries, e => file.Map(e.Name).Dispose());
            }
            catch (SafetensorsException)
            {
                refused++;
            }
        }

        Assert.True(refused > headerBytes * 4, $"only {refused} of {headerBytes * 8} were refused");
    }

    [Fact]
    public void The_peers_way_of_writing_is_read()
    {
        // Eight-byte padding, and an int64 tensor behind an odd number of float32 elements.
        var json = """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"tokens":{"dtype":"I64","shape":[1],"data_offsets":[4,12]}}""";
        Raw(json + new string(' ', (8 - (json.Length % 8)) % 8), [0, 0, 128, 63, 42, 0, 0, 0, 0, 0, 0, 0]);
        using var file = SafetensorsFile.Open(Path);
        Assert.Equal(42, file.Map("tokens").item<long>());
        Assert.Equal(1f, file.Map("w").item<float>());
    }

    private void Raw(string json, byte[] data)
    {
        var header = Encoding.UTF8.GetBytes(json);
        var bytes = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        data.CopyTo(bytes, 8 + header.Length);
        File.WriteAllBytes(Path, bytes);
    }

    private void Write(Dictionary<string, Tensor> tensors, Dictionary<string, string>? metadata = null)
    {
        using var writer = new SafetensorsWriter(Path, tensors.Select(t => (t.Key, t.Value.dtype, (IReadOnlyList<long>)t.Value.shape)), metadata);
        foreach (var (name, tensor) in tensors)
        {
            writer.Write(name, tensor);
        }

        writer.Complete();
    }
}
