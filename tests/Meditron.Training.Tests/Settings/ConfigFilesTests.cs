using Meditron.Testing;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Settings;

public class ConfigFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Write(string name, string text)
    {
        var path = folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Error(Func<object> act) => Assert.Throws<ConfigurationException>(act).Message;

    [Fact]
    public void Includes_are_found_beside_the_file_that_includes()
    {
        Write("sub/inner.conf", "x = 2\ninclude file(\"deeper/leaf\")");
        Write("sub/deeper/leaf.conf", "leaf = ${x}");
        var main = Write("main.conf", "x = 1\ninclude \"sub/inner.conf\"\ninclude \"not-there.conf\"\ny = ${x}");
        var config = ConfigFiles.Load(main);
        Assert.Equal((2, 2, 2), (config.GetInt("x"), config.GetInt("y"), config.GetInt("leaf")));
    }

    [Fact]
    public void Overrides_reach_substitutions_and_win_over_files_and_defaults()
    {
        var first = Write("a.conf", "a.base = 1\na.twice = ${a.base}${a.base}");
        var second = Write("b.conf", "a.base = 2");
        var config = ConfigFiles.Load([first, second], ["a.base=3", "a.list=[1, 2]", "a.glob=data/*.jsonl", "a.empty=", "a.\"k.x\"=5"], ("defaults", "a.base = 0\na.other = 7"));
        Assert.Equal(("33", 7, "data/*.jsonl", "", 5), (config.GetString("a.twice"), config.GetInt("a.other"), config.GetString("a.glob"), config.GetString("a.empty"), config.GetInt("a.\"k.x\"")));
        Assert.Equal([1, 2], config.GetIntList("a.list"));
    }

    [Fact]
    public void Faults_name_the_file_they_are_in()
    {
        Write("bad.conf", "a = 1\n b = = 2");
        Write("unresolved.conf", "\nv = ${nowhere}");
        var main = Write("main.conf", "include \"bad.conf\"");
        Assert.StartsWith(folder.File("bad.conf") + ", line 2, column 6: ", Error(() => ConfigFiles.Load(main)));
        Assert.StartsWith(folder.File("unresolved.conf") + ", line 2, column 5: ${nowhere} has no value", Error(() => ConfigFiles.Load(Write("m2.conf", "include \"unresolved.conf\""))));
        Assert.StartsWith(folder.File("m3.conf") + ", line 1, column 1: ", Error(() => ConfigFiles.Load(Write("m3.conf", "include required(\"gone.conf\")"))));
        Assert.Contains("gone.conf", Error(() => ConfigFiles.Load(Write("m3.conf", "include required(\"gone.conf\")"))));
        Assert.Contains("does not exist", Error(() => ConfigFiles.Load(folder.File("no.conf"))));
        Assert.Contains("is a folder", Error(() => ConfigFiles.Load(folder.Path)));
        Assert.Contains("expected KEY=VALUE", Error(() => ConfigFiles.Load([], ["novalue"])));
        Assert.StartsWith("-c a=[1: ", Error(() => ConfigFiles.Load([], ["a=[1"])));
        Assert.Contains("url(\"http://x\") is not supported", Error(() => ConfigFiles.Load(Write("m4.conf", "include url(\"http://x\")"))));
        Assert.StartsWith(folder.File("type.conf") + ", line 1, column 5", Error(() => ConfigFiles.Load(Write("type.conf", "a = x")).GetInt("a")).Split(": ", 2)[1]);
    }

    [Fact]
    public void Cycles_and_endless_includes_are_refused()
    {
        Write("b.conf", "include \"a.conf\"");
        Assert.Contains("includes itself: a.conf -> b.conf -> a.conf", Error(() => ConfigFiles.Load(Write("a.conf", "include \"b.conf\""))));
        for (var i = 0; i < 40; i++)
        {
            Write($"n{i}.conf", $"include \"n{i + 1}.conf\"");
        }

        Assert.Contains("more than 32 deep", Error(() => ConfigFiles.Load(folder.File("n0.conf"))));
        for (var i = 0; i < 20; i++)
        {
            Write($"w{i}.conf", $"include \"w{i + 1}.conf\"\ninclude \"w{i + 1}.conf\"");
        }

        Write("w20.conf", "x = 1");
        Assert.Contains("more than 1000 of them", Error(() => ConfigFiles.Load(folder.File("w0.conf"))));
    }

    [Fact]
    public void Files_that_are_no_text_are_refused_by_name()
    {
        var path = folder.File("binary.conf");
        File.WriteAllBytes(path, [0x61, 0xff, 0xfe, 0x00]);
        Assert.Contains($"{path} is not UTF-8 text", Error(() => ConfigFiles.Load(path)));
    }

    [Fact]
    public void Classpath_includes_come_from_the_given_resources()
    {
        var path = Write("main.conf", "include classpath(\"base\")\ninclude classpath(\"none\")\ny = ${x}");
        Assert.Equal(4, ConfigFiles.Load(path, name => name == "base" ? "x = 4" : null).GetInt("y"));
    }
}
