using System.Text;
using Meditron.Actors.Configuration;
using Meditron.Actors.Configuration.Hocon;

namespace Meditron.Actors.Tests.Configuration;

public class HoconSubstitutionTests
{
    private static Config Parse(string text) => ConfigurationFactory.ParseString(text);

    private static string Error(string text) => Assert.Throws<ConfigurationException>(() => Parse(text)).Message;

    [Fact]
    public void A_substitution_sees_the_final_value_wherever_it_stands()
    {
        var config = Parse("a = ${b.c}\nb { c = 1, d = ${b.c} }\nb.c = 2");
        Assert.Equal(2, config.GetInt("a"));
        Assert.Equal(2, config.GetInt("b.d"));
        Assert.Equal("${b.c} is 2", Parse("b.c = 2, text = \"${b.c}\" is ${b.c}").GetString("text"));
    }

    [Fact]
    public void An_optional_substitution_without_a_value_leaves_things_out()
    {
        var config = Parse("a = 1, a = ${?no_such}\nb = x${?no_such}y\nc = [1, ${?no_such}, 2]\nd = ${?no_such}\ne = ${?no_such} {k = 1}\nf = ${?no_such} ${?no_such}");
        Assert.Equal(1, config.GetInt("a"));
        Assert.Equal("xy", config.GetString("b"));
        Assert.Equal([1, 2], config.GetIntList("c"));
        Assert.False(config.HasPath("d"));
        Assert.Equal(1, config.GetInt("e.k"));
        Assert.False(config.HasPath("f"));
    }

    [Fact]
    public void A_key_that_refers_to_itself_sees_its_earlier_value()
    {
        var config = Parse("""
            path = "/bin"
            path = ${path}":/usr/bin"
            path = ${path}":/opt"
            list = [1]
            list = ${list} [2]
            o { x = 1 }
            o = ${o} { y = 2 }
            foo : { a : { c : 1 } }
            foo : ${foo.a}
            foo : { a : 2 }
            n { v = 1 }
            n { v = ${n.v}2 }
            """);
        Assert.Equal("/bin:/usr/bin:/opt", config.GetString("path"));
        Assert.Equal([1, 2], config.GetIntList("list"));
        Assert.Equal((1, 2), (config.GetInt("o.x"), config.GetInt("o.y")));
        Assert.Equal((1, 2), (config.GetInt("foo.c"), config.GetInt("foo.a")));
        Assert.Equal("12", config.GetString("n.v"));
    }

    [Fact]
    public void Indirect_references_do_not_depend_on_the_order_of_evaluation()
    {
        Assert.Equal("a = 12\nb = 12", Parse("a = 1\nb = ${a}\na = ${a}2").ToString());
        var config = Parse("base.b = 1, base.b = ${base.b}2, a = ${base} { b = ${a.b}x }");
        Assert.Equal("12", config.GetString("base.b"));
        Assert.Equal("12x", config.GetString("a.b"));
    }

    [Fact]
    public void Plus_equals_appends_also_across_merged_objects()
    {
        var config = Parse("a += 1\na += ${b}\nb = 2\nx { l = [1] }\nx { l += 2 }\nx.l += 3\ny { l = [0] }\ny = ${x}\ny { l += 4 }");
        Assert.Equal([1, 2], config.GetIntList("a"));
        Assert.Equal([1, 2, 3], config.GetIntList("x.l"));
        Assert.Equal([1, 2, 3, 4], config.GetIntList("y.l"));
        Assert.Contains("'+=' adds to an array, but a already is the string \"1\"", Error("a = 1\na += 2"));
    }

    [Fact]
    public void Many_appends_are_no_deep_recursion()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 50_000; i++)
        {
            text.Append("a += ").Append(i).Append('\n');
        }

        Assert.Equal(50_000, Parse(text.ToString()).GetIntList("a").Count);
    }

    [Fact]
    public void Values_concatenate_by_their_kind()
    {
        var config = Parse("s = 1 ${t} x\nt = 2.50\nl = [1] [2] ${l2}\nl2 = [3]\no = {a = 1} ${o2} {c = ${o.a}}\no2 = {a = 9, b = 2}");
        Assert.Equal("1 2.50 x", config.GetString("s"));
        Assert.Equal([1, 2, 3], config.GetIntList("l"));
        Assert.Equal((9, 2, 9), (config.GetInt("o.a"), config.GetInt("o.b"), config.GetInt("o.c")));
    }

    [Fact]
    public void The_environment_is_the_last_resort()
    {
        var name = "MEDITRON_TEST_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, "from outside");
        try
        {
            Assert.Equal("from outside", Parse($"a = ${{{name}}}").GetString("a"));
            Assert.Equal("inside", Parse($"a = ${{{name}}}, {name} = inside").GetString("a"));
            Assert.Equal("from outside:x", Parse($"{name} = ${{{name}}}\":x\"").GetString(name));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Theory]
    [InlineData("x = 1\n a = ${no.such}", "line 2, column 6: ${no.such} has no value: no such key, and no environment variable of that name. Set it, or write ${?no.such} to leave it out.")]
    [InlineData("a_key = ${a_key}", "line 1, column 9: ${a_key} refers to the key it stands in, which has no earlier value.")]
    [InlineData("k_a = ${k_b}\nk_b = ${k_c}\nk_c = ${k_a}", "line 3, column 7: ${k_a} refers to itself in a cycle: k_a -> k_b -> k_c -> k_a.")]
    [InlineData("a { b = ${a} }", "this value contains itself through a substitution.")]
    [InlineData("k_l = [${k_l}]", "refers to the key it stands in")]
    public void Missing_values_and_cycles_are_named(string text, string message) => Assert.Contains(message, Error(text));

    [Fact]
    public void Small_texts_that_expand_without_bound_are_refused()
    {
        string Doubling(string first, string format) =>
            $"a0 = {first}\n" + string.Join('\n', Enumerable.Range(1, 60).Select(i => string.Format(format, i, i - 1)));

        Assert.Contains("million characters", Error(Doubling("xxxxxxxxxxxxxxxx", "a{0} = ${{a{1}}}${{a{1}}}")));
        Assert.Contains("values", Error(Doubling("[1]", "a{0} = ${{a{1}}} ${{a{1}}}")));
        Assert.Contains("values", Error(Doubling("[1]", "a{0} = [${{a{1}}}, ${{a{1}}}]")));
        Assert.Contains("values", Error(Doubling("{x=1}", "a{0} = {{ p = ${{a{1}}}, q = ${{a{1}}} }}")));
    }

    [Fact]
    public void A_long_chain_of_substitutions_ends_in_a_value_or_an_error()
    {
        var text = string.Join('\n', Enumerable.Range(0, 200_000).Select(i => $"k{i} = ${{k{i + 1}}}")) + "\nk200000 = 1";
        Assert.Contains("nested too deeply", Error(text));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(1024)]
    public void Nesting_through_substitutions_is_bounded_and_survives_a_small_stack(int kibibytes)
    {
        static string Nested(int depth) => "a0={x=1}\n" + string.Join('\n', Enumerable.Range(1, depth).Select(i => $"a{i}={{x=${{a{i - 1}}}}}"));
        var outcomes = new List<string>();
        var thread = new Thread(
            () =>
            {
                foreach (var text in new[] { Nested(254), Nested(255), Nested(5000), "b = " + new string('[', 256) + new string(']', 256), string.Join('.', Enumerable.Repeat("a", 256)) + " { x = 1 }" })
                {
                    try
                    {
                        var config = Parse(text);
                        var written = config.WithFallback(Parse(config.ToString())).ToString();
                        outcomes.Add(written == Parse(written).ToString() ? "good" : "differs");
                    }
                    catch (ConfigurationException e)
                    {
                        outcomes.Add(e.Message);
                    }
                }
            },
            kibibytes << 10);
        thread.Start();
        thread.Join();
        Assert.Equal(5, outcomes.Count);
        Assert.DoesNotContain("differs", outcomes);
        Assert.NotEqual("good", outcomes[2]);
        Assert.All(outcomes, outcome => Assert.True(outcome == "good" || outcome.Contains("deep") || outcome.Contains("expands to more than"), outcome));
        if (kibibytes == 1024)
        {
            Assert.Equal("good", outcomes[0]);
        }
    }

    [Fact]
    public void Includes_are_resolved_where_they_stand_then_from_the_root()
    {
        HoconRoot? Find(string name) => name == "sub.conf" ? Parser.Parse("x = 1\ny = ${x}\nz = ${outer}\nl += 2", Find) : null;
        var config = ConfigurationFactory.ParseString("outer = 5\nx = 7\nin { l = [1]\n include \"sub.conf\" }\nin.x = 3\ninclude \"missing\"", Find);
        Assert.Equal((3, 3, 5), (config.GetInt("in.x"), config.GetInt("in.y"), config.GetInt("in.z")));
        Assert.Equal([1, 2], config.GetIntList("in.l"));
    }

    [Fact]
    public void The_forms_of_include_are_told_apart()
    {
        var names = new List<string>();
        HoconRoot? Find(string name)
        {
            names.Add(name);
            return Parser.Parse("k = 1", null);
        }

        ConfigurationFactory.ParseString("include \"a\"\ninclude file(\"b\")\ninclude classpath( \"c\" )\ninclude required(file(\"d\"))\ninclude required(\"e\") , x = 1\ninclude url(\"f\")\ninclude = 2", Find);
        Assert.Equal(["a", "b", "classpath:c", "d", "e", "url:f"], names);
    }

    [Theory]
    [InlineData("\ninclude required(\"a.conf\")", "line 2, column 1: \"a.conf\" is required and does not exist.")]
    [InlineData("include bad(\"a.conf\")", "line 1, column 1: 'include bad(' is not known.")]
    [InlineData("include file(\"a.conf\"", "expected ')' after the name to include, found the end of the text.")]
    [InlineData("include 5", "expected the quoted name of what to include")]
    public void A_faulty_include_is_reported(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(text, _ => null)).Message);

    [Fact]
    public void A_fault_in_an_included_text_names_it()
    {
        HoconRoot? Find(string name) => name == "inner" ? Parser.Parse("\n\n v = ${nothing_here}", null) : throw new IOException("disk on fire");
        Assert.StartsWith("inner, line 3, column 6: ${nothing_here} has no value", Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString("include \"inner\"", Find)).Message);
        Assert.Equal("line 1, column 1: \"other\" cannot be included: disk on fire", Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString("include \"other\"", Find)).Message);
        Assert.Contains("without a way to look up includes", Error("include \"x\""));
        HoconRoot? Endless(string name) => Parser.Parse($"include \"{name}\"", Endless);
        Assert.Contains("nested too deeply", Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString("include \"x\"", Endless)).Message);
    }

    [Fact]
    public void Fallbacks_fill_in_what_is_missing()
    {
        var config = Parse("a { x = 1 }, l = [1]").WithFallback(Parse("a { x = 2, y = 3 }, l = [2, 3], z = 4"));
        Assert.Equal((1, 3, 4), (config.GetInt("a.x"), config.GetInt("a.y"), config.GetInt("z")));
        Assert.Equal([1], config.GetIntList("l"));
        Assert.Equal("a {\n  x = 1\n}\nl = [1]", config.ToString(includeFallback: false));
        Assert.Equal(9, ("a.x = 9" + config).GetInt("a.x"));
        Assert.Equal(5, (config + "new = 5").GetInt("new"));
        Config text = "p = 1";
        Assert.Same(text, text.SafeWithFallback(null));
        Assert.Equal(1, ((Config?)null).SafeWithFallback(text)!.GetInt("p"));
    }

    [Fact]
    public void Objects_become_configurations()
    {
        var config = ConfigurationFactory.FromObject(new { a = 1.5, b = new { c = "x y", on = true }, list = new[] { 1, 2 }, time = TimeSpan.FromSeconds(2), map = new Dictionary<string, int> { ["k.1"] = 3 } });
        Assert.Equal((1.5, "x y", true), (config.GetDouble("a"), config.GetString("b.c"), config.GetBoolean("b.on")));
        Assert.Equal([1, 2], config.GetIntList("list"));
        Assert.Equal(TimeSpan.FromSeconds(2), config.GetTimeSpan("time"));
        Assert.Equal(3, config.GetInt("map.\"k.1\""));
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.FromObject(5));
        Assert.Contains("has no resource named nothing", Assert.Throws<ConfigurationException>(() => ConfigurationFactory.FromResource<HoconSubstitutionTests>("nothing")).Message);
    }
}
