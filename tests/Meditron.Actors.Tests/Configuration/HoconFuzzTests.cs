using System.Text;
using Meditron.Actors.Configuration;
using Meditron.Actors.Configuration.Hocon;
using Meditron.Testing;

namespace Meditron.Actors.Tests.Configuration;

/// <summary>Random and mutated texts: whatever comes in, only <see cref="ConfigurationException"/> may come out, and what is accepted means the same when written again.</summary>
public class HoconFuzzTests
{
    private static readonly string[] Pieces =
    [
        "a", "b", "c.d", "a.b", "\"q\"", "\"\"\"t\"\"\"", "=", ":", "+=", "{", "}", "[", "]", ",", "\n", " ", "\t", "\r\n", "${a}", "${?a}", "${b}", "${a.b}", "${?c.d.e}",
        "include \"x\"", "include required(file(\"y\"))", "include classpath(", "#c\n", "//c\n", "null", "true", "1", "-1.5e9", "10 kB", "5s", "\\", "\"", "\"\"\"", "$", "${", "*", "é", "\u2028",
        "\uFEFF", "\0", "\ud800", ".", "..", "a{b", "=[", "\"\\u00", "\"\\n\"", "(", ")", "include ", "1=2\n",
    ];

    private static readonly string[] Seeds =
    [
        "a { b = 1, c = [1, 2, {x = ${a.b}}] }\na.d = ${a.c} [3]\nb += 1\nb += ${?a.b}\ns = \"x\\ty\" ${a.b} z\n",
        "base { x = 1, l = [a] }\nchild = ${base} { y = ${base.x}, l += b }\nchild.l += c\ninclude \"x\"\nt = \"\"\"one\ntwo\"\"\"\n",
        "path = \"/a\"\npath = ${path}\":/b\"\nq { p = ${path}, q { r = ${q.p} } }\nq = ${q} { z = null } # end\n",
        "a = 1\nb = ${a}\na = ${b}\nl = [${?l}]\no { o = ${?o.p}, p = ${?o.o} }\n",
    ];

    /// <summary>Bytes that reading one text, using it and writing it again may allocate: the resolver limits steps, items and characters.</summary>
    private const long Allowance = 512 << 20;

    [Fact]
    public void Only_configuration_exceptions_come_out_of_any_text() => Run(FuzzBudget.Suite);

    [Fact]
    [Trait("Category", "Soak")]
    public void Only_configuration_exceptions_come_out_of_any_text_for_long() => Run(FuzzBudget.Soak);

    private static void Run(int count)
    {
        var good = 0;
        for (var i = 0; i < count; i++)
        {
            var random = new Random(i);
            var text = i % 16 == 15 ? Noise(random) : i % 2 == 0 ? Assemble(random) : Mutate(random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var config = ConfigurationFactory.ParseString(text, name => name == "x" ? Parser.Parse("a.i = ${a.b}\nl += 1", null) : null);
                good++;
                Use(config);
                var written = config.ToString();
                Assert.Equal(written, ConfigurationFactory.ParseString(written).ToString());
            }
            catch (ConfigurationException e)
            {
                Assert.Contains("line ", e.Message);
            }
            catch (Exception e)
            {
                Assert.Fail($"Input {i} threw {e.GetType().Name}: {e.Message}\n{e.StackTrace}\nThe text:\n{text}");
            }

            var used = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(used <= Allowance, $"Input {i} allocated {used} bytes. The text:\n{text}");
        }

        Assert.InRange(good, count / 100, count);
    }

    private static void Use(Config config)
    {
        foreach (var (_, value) in config.AsEnumerable())
        {
            foreach (var read in new Action[] { () => value.GetInt(), () => value.GetDecimal(), () => value.GetTimeSpan(), () => value.GetByteSize(), () => value.GetArray(), () => value.GetBoolean(), () => value.GetDouble() })
            {
                try
                {
                    read();
                }
                catch (ConfigurationException)
                {
                }
            }
        }
    }

    private static string Noise(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => (char)random.Next(1, random.Next(4) == 0 ? 0x10000 : 127)));

    private static string Assemble(Random random)
    {
        var builder = new StringBuilder();
        for (var i = random.Next(1, 30); i > 0; i--)
        {
            // Half of the time a well-formed field, so that the resolver is reached too.
            builder.Append(random.Next(2) == 0 ? Pieces[random.Next(Pieces.Length)] : $"\n{Pieces[random.Next(5)]}{(random.Next(4) == 0 ? "+=" : "=")}{Value(random, 0)}\n");
        }

        return builder.ToString();
    }

    private static string Value(Random random, int depth) => random.Next(depth > 3 ? 5 : 9) switch
    {
        0 => "1",
        1 => "${" + (random.Next(2) == 0 ? "?" : "") + Pieces[random.Next(4)] + "}",
        2 => "\"s\"",
        3 => "x y",
        4 => "${?a.b} ${?b}",
        5 => $"[{Value(random, depth + 1)}, {Value(random, depth + 1)}]",
        6 => $"{{ {Pieces[random.Next(4)]} = {Value(random, depth + 1)}, {Pieces[random.Next(4)]} += {Value(random, depth + 1)} }}",
        7 => Value(random, depth + 1) + " " + Value(random, depth + 1),
        _ => $"${{?{Pieces[random.Next(4)]}}} {{ {Pieces[random.Next(4)]} {{ {Pieces[random.Next(4)]} = {Value(random, depth + 1)} }} }}",
    };

    private static string Mutate(Random random)
    {
        var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        for (var i = random.Next(1, 6); i > 0 && text.Length > 0; i--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0: text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at)); break;
                case 1: text.Insert(at, Pieces[random.Next(Pieces.Length)]); break;
                case 2: text[at] = (char)random.Next(1, random.Next(2) == 0 ? 127 : 0x3000); break;
                case 3: text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 40), text.Length - at))); break;
                default: text.Length = at; break;
            }
        }

        return text.ToString();
    }
}
