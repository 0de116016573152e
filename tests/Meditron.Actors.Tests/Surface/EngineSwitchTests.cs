using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Meditron.Testing;

namespace Meditron.Actors.Tests.Surface;

/// <summary>Holds the rules that let one source build on either engine.</summary>
public class EngineSwitchTests
{
    /// <summary>Folders that belong to the bundled engine and so may name its namespaces.</summary>
    private static readonly string[] _engine =
    [
        "src/Meditron.Actors", "tests/Meditron.Actors", "src/Meditron.Simulation", "tests/Meditron.Simulation", "bench/Meditron.ActorBench",
        "tests/Meditron.ActorNode", "src/Meditron.ActorNode",
    ];

    [Fact]
    public void No_source_outside_the_engine_names_an_engine_namespace()
    {
        var naming = new Regex(@"(?<![\w.""])(Akka|Meditron\.Actors)(\.[A-Z]\w*)+");
        var findings = Sources("*.cs")
            .SelectMany(path => WithoutBlocks(File.ReadAllText(Path.Combine(RepositoryPaths.Root, path))).Split('\n').Select((line, index) => (path, line, number: index + 1)))
            .Where(found => naming.IsMatch(WithoutTexts(found.line)))
            .Select(found => $"{found.path}:{found.number}: {found.line.Trim()}")
            .ToList();

        Assert.True(findings.Count == 0, $"build/ActorEngine.props gives the usings of the engine; these name one:\n{string.Join('\n', findings)}");
    }

    [Fact]
    public void No_project_outside_the_engine_references_one_by_itself()
    {
        var findings = Sources("*.csproj")
            .Where(path => Regex.IsMatch(File.ReadAllText(Path.Combine(RepositoryPaths.Root, path)), @"Include=""(Akka[.""]|[^""]*[/\\]Meditron\.Actors)"))
            .ToList();

        Assert.True(findings.Count == 0, $"build/ActorEngine.props gives the references to the engine; these have their own: {string.Join(", ", findings)}");
    }

    [Theory]
    [InlineData("src/Meditron.Training/Meditron.Training.csproj", false)]
    [InlineData("tests/Meditron.Training.Tests/Meditron.Training.Tests.csproj", true)]
    public async Task Either_engine_gives_its_references_and_the_same_usings(string project, bool isTest)
    {
        var bundled = await Evaluation.Of(project, "Bundled");
        var akka = await Evaluation.Of(project, "AkkaNet");

        string[] assemblies = ["Meditron.Actors", "Meditron.Actors.Remote", "Meditron.Actors.Cluster", "Meditron.Actors.Persistence"];
        string[] packages = ["Akka", "Akka.Remote", "Akka.Cluster", "Akka.Cluster.Tools", "Akka.Persistence", "Akka.Persistence.Sql", "Akka.Logger.Serilog"];
        Assert.Equal(
            Sorted(isTest ? [.. assemblies, "Meditron.Actors.TestKit"] : assemblies),
            Sorted(bundled.Projects.Where(name => name.StartsWith("Meditron.Actors", StringComparison.Ordinal))));
        Assert.Equal(
            Sorted(isTest ? [.. packages, "Akka.TestKit.Xunit2"] : packages),
            Sorted(akka.Packages.Keys.Where(name => name.StartsWith("Akka", StringComparison.Ordinal))));
        Assert.DoesNotContain(bundled.Packages.Keys, name => name.StartsWith("Akka", StringComparison.Ordinal));
        Assert.DoesNotContain(akka.Projects, name => name.StartsWith("Meditron.Actors", StringComparison.Ordinal));
        Assert.All(akka.Packages.Where(package => package.Key.StartsWith("Akka", StringComparison.Ordinal)), package => Assert.Matches(@"^1\.5\.\d+$", package.Value));
        Assert.Equal(
            Sorted(akka.Usings.Where(name => name.StartsWith("Akka", StringComparison.Ordinal)).Select(name => name["Akka".Length..])),
            Sorted(bundled.Usings.Where(name => name.StartsWith("Meditron.Actors", StringComparison.Ordinal)).Select(name => name["Meditron.Actors".Length..])));
        Assert.NotEqual(bundled.LockFile, akka.LockFile);
        Assert.EndsWith("packages.AkkaNet.lock.json", akka.LockFile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_engine_is_refused_by_name()
    {
        var (exitCode, output) = await Evaluation.Run("build", "src/Meditron.Training/Meditron.Training.csproj", "--no-restore", "-p:ActorEngine=Orleans", "-t:CheckActorEngine", "-nologo");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("ActorEngine is 'Orleans': it must be Bundled or AkkaNet.", output, StringComparison.Ordinal);
    }

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Sources(string pattern) => new[] { "src", "tests", "bench" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, folder), pattern, SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(RepositoryPaths.Root, path).Replace('\\', '/'))
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
        .Where(path => !Array.Exists(_engine, folder => path.StartsWith(folder, StringComparison.Ordinal)))
        .Order(StringComparer.Ordinal);

    /// <summary>A source without the texts in it that go over several lines; the lines keep their numbers.</summary>
    private static string WithoutBlocks(string source) =>
        Regex.Replace(source, "\"{3}.*?\"{3}", block => new string('\n', block.Value.Count(c => c == '\n')), RegexOptions.Singleline);

    /// <summary>A line of source without its texts and comments, which may name anything.</summary>
    private static string WithoutTexts(string line) => Regex.Replace(line, """
        "([^"\\]|\\.)*"|//.*$
        """.Trim(), "");

    /// <summary>What a project evaluates to under one engine, without restoring it.</summary>
    private sealed record Evaluation(IReadOnlyList<string> Projects, IReadOnlyDictionary<string, string> Packages, IReadOnlyList<string> Usings, string LockFile)
    {
        public static async Task<Evaluation> Of(string project, string engine)
        {
            var (exitCode, output) = await Run(
                "msbuild", project, $"-p:ActorEngine={engine}", "-getProperty:NuGetLockFilePath", "-getItem:ProjectReference,PackageReference,Using", "-nologo");
            Assert.True(exitCode == 0, output);
            using var json = JsonDocument.Parse(output);
            var items = json.RootElement.GetProperty("Items");
            return new Evaluation(
                [.. items.GetProperty("ProjectReference").EnumerateArray().Select(item => Path.GetFileNameWithoutExtension(Identity(item).Replace('\\', '/')))],
                items.GetProperty("PackageReference").EnumerateArray().ToDictionary(Identity, item => item.TryGetProperty("VersionOverride", out var version) ? version.GetString()! : ""),
                [.. items.GetProperty("Using").EnumerateArray().Select(Identity)],
                json.RootElement.GetProperty("Properties").GetProperty("NuGetLockFilePath").GetString()!);
        }

        public static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
        {
            var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
            {
                WorkingDirectory = RepositoryPaths.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };

            // The test host's own SDK variables would choose another SDK than the checkout's.
            foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            {
                start.Environment.Remove(name);
            }

            start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }

        private static string Identity(JsonElement item) => item.GetProperty("Identity").GetString()!;
    }
}
