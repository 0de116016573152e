using Meditron.Actors.Configuration;

namespace Meditron.Actors.Tests.Configuration;

public class HoconSyntaxTests
{
    private static Config Parse(string text) => ConfigurationFactory.ParseString(text);

    private static string Error(string text) => Assert.Throws<ConfigurationException>(() => Parse(text)).Message;

    [Theory]
    [InlineData("a = 1")]
    [InlineData("a : 1")]
    [InlineData("{ a : 1 }")]
    [InlineData("{\"a\":1}")]
    [InlineData("\uFEFF  a=1 // comment")]
    [InlineData("# comment\na=1 # more\n// last")]
    [InlineData("a =\n\n  1")]
    [InlineData("b = 2, a = 1,")]
    [InlineData("a = 1\r\nb = 2\r\n")]
    public void The_usual_ways_to_write_a_field_are_equal(string text) => Assert.Equal(1, Parse(text).GetInt("a"));

    [Fact]
    public void Objects_nest_and_dotted_keys_reach_into_them()
    {
        var config = Parse("a.b { c = 1, d.e = 2 }\na { b.f : 3 }\na.\"b.c\".d = 4\nlong key . x = 5");
        Assert.Equal(1, config.GetInt("a.b.c"));
        Assert.Equal(2, config.GetInt("a.b.d.e"));
        Assert.Equal(3, config.GetInt("a.b.f"));
        Assert.Equal(4, config.GetInt("a.\"b.c\".d"));
        Assert.Equal(5, config.GetInt("long key.x"));
        Assert.Equal(["c", "d", "f"], config.GetConfig("a.b")!.AsEnumerable().Select(pair => pair.Key));
    }

    [Fact]
    public void A_later_value_wins_and_objects_merge()
    {
        var config = Parse("a { x = 1, y = 2 }\na { y = 3, z = 4 }\nb { p = 1 }\nb = 5\nb { q = 2 }");
        Assert.Equal("a {\n  x = 1\n  y = 3\n  z = 4\n}\nb {\n  q = 2\n}", config.ToString());
    }

    [Fact]
    public void Arrays_take_commas_or_new_lines_and_nest()
    {
        var config = Parse("a = [1, 2\n3\n\n4,\n]\nb = [[1], [2, 3], {x = 1}]\nc = []");
        Assert.Equal([1, 2, 3, 4], config.GetIntList("a"));
        Assert.Equal([2L, 3L], config.GetValue("b")!.GetArray()[1].GetArray().Select(item => item.GetLong()));
        Assert.Equal(1, config.GetValue("b")!.GetArray()[2].GetObject().GetKey("x")!.GetInt());
        Assert.Empty(config.GetStringList("c"));
    }

    [Fact]
    public void Strings_keep_what_they_hold()
    {
        var config = Parse("""""""
            plain = two words   # not this
            quoted = "a\tb\n\"c\" \\ \/ \u00e9 # no comment"
            triple = """one
              "two" \n"""
            four = """x""""
            mixed = the "big  gap" and   this
            url = "http://host:80/x"
            minus = -x_1.5%
            """"""");
        Assert.Equal("two words", config.GetString("plain"));
        Assert.Equal("a\tb\n\"c\" \\ / é # no comment", config.GetString("quoted"));
        Assert.Equal("one\n  \"two\" \\n", config.GetString("triple"));
        Assert.Equal("x\"", config.GetString("four"));
        Assert.Equal("the big  gap and   this", config.GetString("mixed"));
        Assert.Equal("http://host:80/x", config.GetString("url"));
        Assert.Equal("-x_1.5%", config.GetString("minus"));
    }

    [Fact]
    public void Numbers_booleans_sizes_and_durations_convert()
    {
        var config = Parse("""
            i = 42, l = 9007199254740993, neg = -3, d = 1.5e-3, whole = 1e6, hex = 0x1F, plus = 1e+2
            yes = yes, off = off, t = true
            size = 10 kB, mib = 1.5MiB, bare = 512, exact = 9007199254740993b
            ms = 250, s = 1.5s, m = 2 minutes, us = 10us, ns = 200ns, h = 1 hour, d2 = 3d, inf = infinite
            """);
        Assert.Equal(42, config.GetInt("i"));
        Assert.Equal(9007199254740993, config.GetLong("l"));
        Assert.Equal(-3, config.GetInt("neg"));
        Assert.Equal(0.0015, config.GetDouble("d"));
        Assert.Equal(0.0015f, config.GetFloat("d"));
        Assert.Equal(0.0015m, config.GetDecimal("d"));
        Assert.Equal(1000000, config.GetInt("whole"));
        Assert.Equal(31, config.GetInt("hex"));
        Assert.Equal(100, config.GetInt("plus"));
        Assert.True(config.GetBoolean("yes") && config.GetBoolean("t") && !config.GetBoolean("off", true));
        Assert.Equal(10_000, config.GetByteSize("size"));
        Assert.Equal(3 << 19, config.GetByteSize("mib"));
        Assert.Equal(512, config.GetByteSize("bare"));
        Assert.Equal(9007199254740993, config.GetByteSize("exact"));
        Assert.Equal(TimeSpan.FromMilliseconds(250), config.GetTimeSpan("ms"));
        Assert.Equal(TimeSpan.FromSeconds(1.5), config.GetTimeSpan("s"));
        Assert.Equal(TimeSpan.FromMinutes(2), config.GetTimeSpan("m"));
        Assert.Equal(TimeSpan.FromMicroseconds(10), config.GetTimeSpan("us"));
        Assert.Equal(TimeSpan.FromTicks(2), config.GetTimeSpan("ns"));
        Assert.Equal(TimeSpan.FromHours(1), config.GetTimeSpan("h"));
        Assert.Equal(TimeSpan.FromDays(3), config.GetTimeSpan("d2"));
        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("inf"));
    }

    [Fact]
    public void Missing_keys_give_the_defaults_and_null_counts_as_missing()
    {
        var config = Parse("n = null");
        Assert.Equal(7, config.GetInt("n", 7));
        Assert.Equal("x", config.GetString("absent", "x"));
        Assert.Null(config.GetString("absent"));
        Assert.Null(config.GetConfig("absent"));
        Assert.Null(config.GetByteSize("absent"));
        Assert.Empty(config.GetIntList("absent"));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("absent"));
        Assert.False(config.HasPath("n"));
        Assert.True(ConfigurationFactory.Empty.IsNullOrEmpty());
    }

    [Theory]
    [InlineData("a = 1\nb = [1, 2", "line 2, column 10: expected ']' to close the array opened at line 2, column 5, found the end of the text.")]
    [InlineData("a {\n  b = 1", "line 2, column 8: expected '}' to close the object opened at line 1, column 3, found the end of the text.")]
    [InlineData("a = 1 }", "line 1, column 7: expected a key, a comma or a new line, found '}'.")]
    [InlineData("{ a = 1 } }", "line 1, column 11: expected the end of the text, found '}'. Is there one closing brace too many?")]
    [InlineData("a =\n", "line 2, column 1: the key a has no value. Write \"\" for an empty one.")]
    [InlineData("a 1", "line 1, column 4: expected '=', ':', '+=' or '{' after the key \"a 1\", found the end of the text.")]
    [InlineData("= 1", "line 1, column 1: expected a key, found '='.")]
    [InlineData("a..b = 1", "line 1, column 1: a key has an empty part between or beside its dots near 'a..b'. Quote the key if the dot belongs to its name.")]
    [InlineData("a = 1,,b = 2", "line 1, column 7: expected a key, found ','.")]
    [InlineData("a = \"x", "line 1, column 5: this string has no closing quote on its line. Close it, or use triple quotes (\"\"\") for a text of several lines.")]
    [InlineData("a = \"\"\"x\n", "line 1, column 5: this triple-quoted string has no closing \"\"\".")]
    [InlineData("a = \"\\q\"", "line 1, column 6: a backslash in a quoted string must be followed by one of \" \\ / b f n r t u. Write \\\\ for a backslash.")]
    [InlineData("a = \"\\u12\"", "line 1, column 6: \\u must be followed by four hexadecimal digits.")]
    [InlineData("\n a = *.jsonl", "line 2, column 6: '*' must be inside double quotes. Quote the whole value, for example \"data/*.jsonl\".")]
    [InlineData("a = b = c", "line 1, column 7: '=' inside a value must be inside double quotes.")]
    [InlineData("a = ${b", "line 1, column 5: this substitution has no closing '}'.")]
    [InlineData("a = ${}", "line 1, column 5: ${} is not a path: a part between the dots is empty, or a quote is open.")]
    [InlineData("a = $b", "line 1, column 5: '$' must be followed by '{' (a substitution) or be inside double quotes.")]
    [InlineData("[1]", "line 1, column 1: a configuration must be an object, not an array.")]
    [InlineData("a = [1] {b = 2}", "line 1, column 9: an object cannot be concatenated with an array before it.")]
    public void Faults_are_reported_with_line_and_column(string text, string message) => Assert.Equal(message, Error(text));

    [Fact]
    public void A_value_of_the_wrong_type_is_reported_with_key_value_and_place()
    {
        var config = Parse("a {\n  steps = many\n  list = { x = 1 }\n}");
        Assert.Equal("a.steps: line 2, column 11: the value is \"many\"; expected a whole number.", Assert.Throws<ConfigurationException>(() => config.GetInt("a.steps")).Message);
        Assert.Equal("a.list: line 3, column 10: the value is an object; expected an array.", Assert.Throws<ConfigurationException>(() => config.GetIntList("a.list")).Message);
        Assert.Contains("expected true or false", Assert.Throws<ConfigurationException>(() => config.GetBoolean("a.steps")).Message);
        Assert.Contains("expected a size", Assert.Throws<ConfigurationException>(() => config.GetByteSize("a.steps")).Message);
        Assert.Contains("expected a duration", Assert.Throws<ConfigurationException>(() => config.GetTimeSpan("a.steps")).Message);
        Assert.Contains("from -2147483648 to 2147483647", Assert.Throws<ConfigurationException>(() => Parse("a = 3000000000").GetInt("a")).Message);
        Assert.Throws<ConfigurationException>(() => config.GetConfig("a.steps"));
    }

    [Fact]
    public void Deep_nesting_is_an_error_and_not_a_crash()
    {
        Assert.Contains("nested more than 256 deep", Error("a = " + new string('[', 100_000)));
        Assert.Contains("nested more than 256 deep", Error(string.Concat(Enumerable.Repeat("a {", 100_000))));
        Assert.Contains("more than 256 parts", Error(string.Join('.', Enumerable.Repeat("a", 100_000)) + " = 1"));
    }

    [Fact]
    public void Text_that_is_written_parses_to_the_same()
    {
        var config = Parse("a { \"x.y\" = \"q\\n\\\"w\\\" ${z}\", e = \"\", n = null, s = \"null\", t = true, f = 1.50 }\nb = [{x = 1}, [], [1, \"a b\"]]\nc {}\n\"include\" = 1");
        var text = config.ToString();
        var again = Parse(text);
        Assert.Equal(text, again.ToString());
        Assert.Equal("q\n\"w\" ${z}", again.GetString("a.\"x.y\""));
        Assert.Equal("null", again.GetString("a.s"));
        Assert.False(again.HasPath("a.n"));
        Assert.Equal(1, again.GetInt("include"));
    }
}
