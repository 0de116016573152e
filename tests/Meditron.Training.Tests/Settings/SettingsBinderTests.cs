using System.ComponentModel.DataAnnotations;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Settings;

public class SettingsBinderTests
{
    private enum Colour
    {
        DeepRed,
        Blue,
    }

    private sealed record Inner(string Name, [property: Range(1, 10)] int Count = 3);

    private sealed record Outer
    {
        public int WholeNumber { get; init; } = 5;

        public long CacheBytes { get; init; }

        public required double Rate { get; init; }

        public Colour Colour { get; init; }

        public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(1);

        public int? Maybe { get; init; } = 9;

        public string? Text { get; init; }

        public IReadOnlyList<string> Names { get; init; } = [];

        public IReadOnlyList<Inner> Inners { get; init; } = [];

        public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();

        public Inner? Nested { get; init; }
    }

    private static Outer Bind(string text) => SettingsBinder.Bind<Outer>(ConfigurationFactory.ParseString("s { rate = 1 }\ns { " + text + "\n}"), "s");

    private static string Error(string text) => Assert.Throws<ConfigurationException>(() => Bind(text)).Message;

    [Fact]
    public void Values_of_every_kind_are_bound()
    {
        var bound = Bind("whole-number = 7, cache-bytes = 2 MiB, colour = deep-red, wait = 2s, maybe = null, text = \"a b\", names = [x, \"y z\"], inners = [{name = p}, {name = q, count = 4}], weights { a = 0.5, \"b.c\" = 2 }, nested { name = n }");
        Assert.Equal((7, 2L << 20, Colour.DeepRed, TimeSpan.FromSeconds(2), null, "a b"), (bound.WholeNumber, bound.CacheBytes, bound.Colour, bound.Wait, bound.Maybe, bound.Text));
        Assert.Equal(["x", "y z"], bound.Names);
        Assert.Equal([new Inner("p"), new Inner("q", 4)], bound.Inners);
        Assert.Equal(2, bound.Weights["b.c"]);
        Assert.Equal(new Inner("n"), bound.Nested);
    }

    [Fact]
    public void What_is_not_set_keeps_the_records_own_default()
    {
        var bound = Bind("");
        Assert.Equal((5, TimeSpan.FromSeconds(1), 9, null, null), (bound.WholeNumber, bound.Wait, bound.Maybe, bound.Text, bound.Nested));
        Assert.Contains("s.rate has no value. Set it to a number", Assert.Throws<ConfigurationException>(() => SettingsBinder.Bind<Outer>(ConfigurationFactory.Empty, "s")).Message);
    }

    [Theory]
    [InlineData("whole-numbr = 7", "s.whole-numbr (line 2, column 19) is not a known key. The nearest one is s.whole-number.")]
    [InlineData("whole-number = seven", "s.whole-number = seven (line 2, column 20): expected a whole number.")]
    [InlineData("colour = red", "s.colour = red (line 2, column 14): expected one of deep-red, blue.")]
    [InlineData("rate = NaN", "s.rate = NaN (line 2, column 12): expected a number.")]
    [InlineData("rate = null", "s.rate = null (line 2, column 12): expected a number.")]
    [InlineData("wait = long", "expected a duration such as 500ms, 10s or 2 minutes.")]
    [InlineData("names = x", "s.names = x (line 2, column 13): expected a list [ ... ].")]
    [InlineData("names = [[]]", "s.names[0] = [] (line 2, column 14): expected a string.")]
    [InlineData("nested = 5", "s.nested = 5 (line 2, column 14): expected an object { ... }.")]
    [InlineData("nested { name = n, count = 11 }", "s.nested.count = 11 (line 2, column 32): expected a whole number from 1 to 10.")]
    [InlineData("inners = [{name = p, cont = 1}]", "s.inners[0].cont (line 2, column 33) is not a known key. The nearest one is s.inners[0].count.")]
    [InlineData("weights = [1]", "s.weights = [1] (line 2, column 15): expected an object { ... }.")]
    [InlineData("cache-bytes = 2 XB", "expected a whole number or a size such as 64MiB.")]
    public void Faults_name_key_value_place_and_what_is_allowed(string text, string message) => Assert.Contains(message, Error(text));

    [Theory]
    [InlineData("MicroBatch", "micro-batch")]
    [InlineData("Beta1", "beta1")]
    [InlineData("Bf16", "bf16")]
    [InlineData("KvHeads", "kv-heads")]
    [InlineData("HTTPPort", "http-port")]
    public void Names_become_kebab_case(string name, string key) => Assert.Equal(key, KeyNames.ToKey(name));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("steps", "stpes", 2)]
    public void Edit_distance_counts_single_changes(string left, string right, int distance)
    {
        Assert.Equal(distance, KeyNames.Distance(left, right));
        Assert.Equal(distance, KeyNames.Distance(right, left));
    }
}
