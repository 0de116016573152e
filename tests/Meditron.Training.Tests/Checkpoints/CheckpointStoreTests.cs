using System.Diagnostics;
using Meditron.Llama;
using Meditron.Testing;
using Meditron.Torch;
using Meditron.Training.Checkpoints;

namespace Meditron.Training.Tests.Checkpoints;

public sealed class CheckpointStoreTests
{
    private static readonly LlamaConfig Model = new() { VocabularySize = 16, HiddenSize = 8, Layers = 1, Heads = 2, KvHeads = 1, FfnSize = 12, MaxPositions = 8 };

    [Fact]
    public void What_was_saved_is_loaded_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        using var first = Values(1);
        using var second = Values(2);
        var entry = Save(folder.Path, 3, first, second);
        using var loaded = torch.zeros([5, 7], ScalarType.Float32, Device.CPU);
        CheckpointReader.Open(entry).Load([("b", loaded)]);
        Assert.Equal(second.data<float>().ToArray(), loaded.data<float>().ToArray());
    }

    [Theory]
    [InlineData("state-00001-of-00001.safetensors", 40)]
    [InlineData("state-00001-of-00001.safetensors", 400)]
    [InlineData("manifest.json", 100)]
    [InlineData("manifest.sha256", 5)]
    public void A_flipped_bit_anywhere_is_found_and_the_one_before_is_taken(string file, int offset)
    {
        using var folder = new TemporaryFolder();
        using var values = Values(1);
        Save(folder.Path, 1, values, values);
        var newest = Save(folder.Path, 2, values, values);
        var bytes = File.ReadAllBytes(Path.Combine(newest.Path, file));
        bytes[offset] ^= 1;
        File.WriteAllBytes(Path.Combine(newest.Path, file), bytes);
        var good = new CheckpointStore(folder.Path).NewestGood(out var rejected);
        Assert.Equal(1, good!.Entry.Step);
        var (entry, problem) = Assert.Single(rejected);
        Assert.Equal(2, entry.Step);
        Assert.Contains(file, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_or_missing_shard_is_found()
    {
        using var folder = new TemporaryFolder();
        using var values = Values(1);
        var entry = Save(folder.Path, 1, values, values);
        var shard = Directory.GetFiles(entry.Path, "*.safetensors")[0];
        using (var stream = File.OpenWrite(shard))
        {
            stream.SetLength(stream.Length - 1);
        }

        Assert.Contains("bytes", Assert.Single(CheckpointReader.Open(entry).Verify()), StringComparison.Ordinal);
        File.Delete(shard);
        Assert.Contains("missing", Assert.Single(CheckpointReader.Open(entry).Verify()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_checkpoint_changes_nothing_that_it_was_to_be_loaded_into()
    {
        using var folder = new TemporaryFolder();
        using var values = Values(1);
        var entry = Save(folder.Path, 1, values, values);
        var shard = Directory.GetFiles(entry.Path, "*.safetensors")[0];
        var bytes = File.ReadAllBytes(shard);
        bytes[^1] ^= 1;
        File.WriteAllBytes(shard, bytes);
        using var target = torch.zeros([5, 7], ScalarType.Float32, Device.CPU);
        Assert.Throws<CheckpointException>(() => CheckpointReader.Open(entry).Load([("a", target)]));
        Assert.All(target.data<float>().ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_tensor_of_another_shape_is_refused_with_both_shapes()
    {
        using var folder = new TemporaryFolder();
        using var values = Values(1);
        var reader = CheckpointReader.Open(Save(folder.Path, 1, values, values));
        using var target = torch.zeros([7, 5], ScalarType.Float32, Device.CPU);
        var error = Assert.Throws<CheckpointException>(() => reader.Load([("a", target)]));
        Assert.Contains("[5, 7]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[7, 5]", error.Message, StringComparison.Ordinal);
        Assert.Contains("no tensor c", Assert.Throws<CheckpointException>(() => reader.Load([("c", target)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Retention_keeps_the_last_and_every_so_many()
    {
        using var folder = new TemporaryFolder();
        using var values = Values(1);
        var store = new CheckpointStore(folder.Path);
        for (var step = 10; step <= 60; step += 10)
        {
            Save(folder.Path, step, values, values);
        }

        store.Retain(keepLast: 2, keepEvery: 30);
        Assert.Equal([30, 50, 60], store.List().Select(entry => entry.Step));
        store.Retain(keepLast: 0, keepEvery: 0);
        Assert.Equal(3, store.List().Count);
    }

    [Fact]
    public void What_a_dead_process_left_is_not_listed_and_is_deleted()
    {
        using var folder = new TemporaryFolder();
        using var values = Values(1);
        Save(folder.Path, 1, values, values);
        Directory.CreateDirectory(folder.File("step-00000002.partial"));
        var store = new CheckpointStore(folder.Path);
        Assert.Equal([1], store.List().Select(entry => entry.Step));
        Assert.Equal(["step-00000002.partial"], store.DeletePartial());
        Assert.False(Directory.Exists(folder.File("step-00000002.partial")));
    }

    [SkippableFact]
    public void A_full_disk_is_one_clear_error_and_leaves_earlier_checkpoints_as_they_were()
    {
        using var folder = new TemporaryFolder();
        Skip.IfNot(Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Path) == 0, "a small file system cannot be mounted here; it takes root");
        try
        {
            using var values = Values(1);
            using var large = torch.ones([400_000], ScalarType.Float32, Device.CPU);
            Save(folder.Path, 1, values, values);
            var error = Assert.Throws<CheckpointException>(() => Save(folder.Path, 2, large, values));
            Assert.Contains("step 2", error.Message, StringComparison.Ordinal);
            Assert.Contains("Earlier checkpoints", error.Message, StringComparison.Ordinal);
            Assert.Equal(1, new CheckpointStore(folder.Path).NewestGood(out _)!.Entry.Step);
            Assert.Single(Directory.GetFileSystemEntries(folder.Path));
        }
        finally
        {
            Assert.Equal(0, Run("umount", folder.Path));
        }
    }

    private static Tensor Values(int seed)
    {
        var random = new Random(seed);
        return torch.tensor([.. Enumerable.Range(0, 35).Select(_ => random.NextSingle())], 5, 7);
    }

    private static CheckpointEntry Save(string folder, int step, Tensor first, Tensor second) => new CheckpointStore(folder).Save(
        new CheckpointPosition { Step = step, Updates = step, SkippedSteps = 0, SamplesConsumed = step }, Model, [("a", first), ("b", second)]);

    private static int Run(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
