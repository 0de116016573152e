using Meditron.Data;
using Meditron.Testing;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Settings;

public class InputFilesTests
{
    [Fact]
    public void Globs_are_expanded_in_order_and_each_file_once()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "b.jsonl", "a.jsonl", "c.txt", ".hidden.jsonl", "sub/d.jsonl", "sub/deep/e.jsonl", "odd*name.jsonl" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
            File.WriteAllText(folder.File(name), "");
        }

        string[] Names(params string[] patterns) => [.. InputFiles.Expand(patterns.Select(pattern => folder.File(pattern))).Select(path => Path.GetRelativePath(folder.Path, path))];
        Assert.Equal(["a.jsonl", "b.jsonl", "odd*name.jsonl"], Names("*.jsonl"));
        Assert.Equal(["b.jsonl", "a.jsonl"], Names("b.jsonl", "?.jsonl"));
        Assert.Equal(["a.jsonl", "b.jsonl", "odd*name.jsonl", "sub/d.jsonl", "sub/deep/e.jsonl"], Names("**/*.jsonl"));
        Assert.Equal(["sub/d.jsonl"], Names("s*/*.jsonl"));
        Assert.Equal(["odd*name.jsonl"], Names("odd*name.jsonl"));
        Assert.Contains("no file matches", Assert.Throws<MissingInputException>(() => Names("*.gz")).Message);
        Assert.Contains("no such file", Assert.Throws<MissingInputException>(() => Names("x.jsonl")).Message);
        Assert.Contains("it is a folder", Assert.Throws<MissingInputException>(() => Names("sub")).Message);
    }
}
