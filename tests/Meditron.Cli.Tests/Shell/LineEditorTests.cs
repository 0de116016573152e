using System.Text;
using Meditron.Cli.Shell;
using Meditron.Cmd;
using Meditron.Cmd.Client;
using Meditron.Testing;

namespace Meditron.Cli.Tests.Shell;

public sealed class LineEditorTests : IDisposable
{
    private static readonly CommandPalette[] Palettes = [ClusterCommands.ClusterPalette, ActorCommands.ActorPalette];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("hello<Enter>", "hello")]
    [InlineData("helo<Left>l<Enter>", "hello")]
    [InlineData("ello<Home>h<End>!<Enter>", "hello!")]
    [InlineData("hellox<Backspace><Enter>", "hello")]
    [InlineData("xhello<^A><Delete><Enter>", "hello")]
    [InlineData("xhello<^A><^D><^E>!<Enter>", "hello!")]
    [InlineData("hello world<^W>there<Enter>", "hello there")]
    [InlineData("junk<^U>hello<Enter>", "hello")]
    [InlineData("hello junk<^Left><Left><^K><Enter>", "hello")]
    [InlineData("bc<^A>a<^F><^F>d<^B><^H>x<Enter>", "abxd")]
    [InlineData("lost<^C>kept<Enter>", "kept")]
    [InlineData("a<^Left><^Right>b<Enter>", "ab")]
    public void Keys_edit_the_line(string keys, string expected) => Assert.Equal(expected, Read(keys).Line);

    [Fact]
    public void The_end_of_input_on_an_empty_line_is_the_end_and_elsewhere_deletes()
    {
        Assert.Null(Read("<^D>").Line);
        Assert.Equal("x", Read("x<^D><Enter>").Line);
    }

    [Theory]
    [InlineData("clu<Tab>sh<Tab>-<Tab><Enter>", "cluster show --role ")]
    [InlineData("cluster d<Tab><Enter>", "cluster down")]
    [InlineData("actor h<Tab>-s /s<Tab><Enter>", "actor hierarchy -s /system ")]
    [InlineData("nonsense <Tab><Enter>", "nonsense ")]
    [InlineData("sh<Home>cluster <End><Tab><Enter>", "cluster show ")]
    public void Tab_completes_from_the_palettes(string keys, string expected) => Assert.Equal(expected, Read(keys).Line);

    [Fact]
    public void Tab_lists_what_the_word_can_become()
    {
        var (line, screen) = Read("cluster down<Tab><Enter>");

        Assert.Equal("cluster down", line);
        Assert.Contains("down              down-unreachable", screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_recalled_and_the_one_begun_is_not_lost()
    {
        var history = new LineHistory(folder.File("state", "history"));
        history.Add("first");
        history.Add("second");

        Assert.Equal("first", Read("<Up><Up><Up><Enter>", history).Line);
        Assert.Equal(["first", "second", "first"], history.Lines);
        Assert.Equal("begun", Read("begun<Up><Up><Down><Down><Down><Enter>", history).Line);
        Assert.Equal("second!", Read("<^P><^P><^P>!<Enter>", history).Line);
        Assert.Equal("begun", Read("<^P><^P><^N><^P><Enter>", history).Line);
    }

    [Fact]
    public void History_outlives_the_session_without_blanks_repetitions_and_others_who_read()
    {
        var file = folder.File("state", "history");
        var history = new LineHistory(file);
        foreach (var line in new[] { "one", "one", "", "  ", " secret", "two" })
        {
            history.Add(line);
        }

        Assert.Equal(["one", "two"], new LineHistory(file).Lines);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        for (var i = 0; i < 1200; i++)
        {
            history.Add($"line {i}");
        }

        Assert.Equal(1000, new LineHistory(file).Lines.Count);
        Assert.Equal("line 1199", new LineHistory(file).Lines[^1]);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void A_line_wider_than_the_terminal_is_shown_around_the_cursor()
    {
        var text = string.Concat(Enumerable.Range(0, 30).Select(i => $"{i:00}"));
        var (line, screen) = Read(text + "<Home><End><Enter>", width: 30);

        Assert.Equal(text, line);
        var shown = screen.Split('\r').Where(part => part.StartsWith("> ", StringComparison.Ordinal)).Select(part => part.Split('\u001b')[0]).ToList();
        Assert.All(shown, part => Assert.InRange(part.Length, 2, 29));
        Assert.StartsWith("> 00010203", shown[^3], StringComparison.Ordinal);
        Assert.EndsWith("2829", shown[^1], StringComparison.Ordinal);
    }

    private (string? Line, string Screen) Read(string keys, LineHistory? history = null, int width = 80)
    {
        var terminal = new Keys(keys, width);
        var editor = new LineEditor(terminal, history ?? new LineHistory(folder.File("state", "history")), (line, cursor) => Completion.Complete(line, cursor, Palettes));
        return (editor.Read("> "), terminal.Screen);
    }

    /// <summary>A terminal whose keys are given: characters, names in angle brackets, and ^X for Ctrl-X.</summary>
    private sealed class Keys(string script, int width) : ITerminal
    {
        private readonly StringBuilder screen = new();
        private int at;

        public int Width => width;

        public string Screen => screen.ToString();

        public void Write(string text) => screen.Append(text);

        public ConsoleKeyInfo ReadKey()
        {
            if (script[at] != '<')
            {
                var c = script[at++];
                return new ConsoleKeyInfo(c, ConsoleKey.None, false, false, false);
            }

            var end = script.IndexOf('>', at);
            var name = script[(at + 1)..end];
            at = end + 1;
            var control = name.StartsWith('^');
            return new ConsoleKeyInfo('\0', name.TrimStart('^') switch
            {
                "Left" => ConsoleKey.LeftArrow,
                "Right" => ConsoleKey.RightArrow,
                "Up" => ConsoleKey.UpArrow,
                "Down" => ConsoleKey.DownArrow,
                var other => Enum.Parse<ConsoleKey>(other),
            }, false, false, control);
        }
    }
}
