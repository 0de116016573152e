using System.Text;
using Meditron.Cmd.Client;

namespace Meditron.Cli.Shell;

/// <summary>Lets a line be edited on a terminal: cursor, words, history, and completion with Tab.</summary>
/// <remarks>The keys are those of a shell: arrows, Home, End, Ctrl-A, -E, -B, -F, -P, -N, -K, -U, -W, -L, -C (another line) and -D (the end).</remarks>
internal sealed class LineEditor(ITerminal terminal, LineHistory history, Func<string, int, Completion.Result> complete)
{
    private readonly StringBuilder text = new();
    private string prompt = "";
    private string draft = "";
    private int cursor;
    private int first;
    private int recalled;

    /// <summary>Reads one line; null for the end.</summary>
    public string? Read(string promptText)
    {
        prompt = promptText;
        Replace("");
        draft = "";
        first = 0;
        recalled = history.Lines.Count;
        while (true)
        {
            Show();
            var key = terminal.ReadKey();
            if (key.Key == ConsoleKey.Enter)
            {
                cursor = text.Length;
                Show();
                terminal.Write("\n");
                history.Add(text.ToString());
                return text.ToString();
            }

            if (IsControl(key, 'D') && text.Length == 0)
            {
                terminal.Write("\n");
                return null;
            }

            Handle(key);
        }
    }

    private static bool IsControl(ConsoleKeyInfo key, char letter) => key.Modifiers.HasFlag(ConsoleModifiers.Control) && key.Key == (ConsoleKey)letter;

    private void Handle(ConsoleKeyInfo key)
    {
        if (key.Modifiers.HasFlag(ConsoleModifiers.Control))
        {
            HandleControl(key);
            return;
        }

        switch (key.Key)
        {
            case ConsoleKey.Tab:
                Complete();
                break;
            case ConsoleKey.Backspace:
                Delete(cursor - 1);
                break;
            case ConsoleKey.Delete:
                Delete(cursor);
                break;
            case ConsoleKey.LeftArrow:
                Move(cursor - 1);
                break;
            case ConsoleKey.RightArrow:
                Move(cursor + 1);
                break;
            case ConsoleKey.Home:
                Move(0);
                break;
            case ConsoleKey.End:
                Move(text.Length);
                break;
            case ConsoleKey.UpArrow:
                Recall(recalled - 1);
                break;
            case ConsoleKey.DownArrow:
                Recall(recalled + 1);
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                {
                    text.Insert(cursor++, key.KeyChar);
                }

                break;
        }
    }

    private void HandleControl(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.A:
                Move(0);
                break;
            case ConsoleKey.E:
                Move(text.Length);
                break;
            case ConsoleKey.B:
                Move(cursor - 1);
                break;
            case ConsoleKey.F:
                Move(cursor + 1);
                break;
            case ConsoleKey.LeftArrow:
                Move(WordStart());
                break;
            case ConsoleKey.RightArrow:
                Move(WordEnd());
                break;
            case ConsoleKey.P:
                Recall(recalled - 1);
                break;
            case ConsoleKey.N:
                Recall(recalled + 1);
                break;
            case ConsoleKey.D:
                Delete(cursor);
                break;
            case ConsoleKey.H:
            case ConsoleKey.Backspace:
                Delete(cursor - 1);
                break;
            case ConsoleKey.K:
                text.Length = cursor;
                break;
            case ConsoleKey.U:
                text.Remove(0, cursor);
                cursor = 0;
                break;
            case ConsoleKey.W:
                var start = WordStart();
                text.Remove(start, cursor - start);
                cursor = start;
                break;
            case ConsoleKey.L:
                terminal.Write("\u001b[2J\u001b[H");
                break;
            case ConsoleKey.C:
                terminal.Write("^C\n");
                Replace("");
                recalled = history.Lines.Count;
                break;
        }
    }

    private void Complete()
    {
        var found = complete(text.ToString(), cursor);
        var word = text.ToString(found.Start, cursor - found.Start);
        var common = found.Candidates.Count == 1 ? found.Candidates[0] + " " : Completion.Common(found.Candidates);
        if (found.Candidates.Count == 1 || common.Length > word.Length)
        {
            text.Remove(found.Start, cursor - found.Start).Insert(found.Start, common);
            cursor = found.Start + common.Length;
        }
        else if (found.Candidates.Count > 1)
        {
            terminal.Write("\n" + Columns(found.Candidates));
        }
    }

    private string Columns(IReadOnlyList<string> words)
    {
        var width = words.Max(word => word.Length) + 2;
        var columns = Math.Max(1, (terminal.Width - 1) / width);
        var lines = words.Chunk(columns).Select(line => string.Concat(line.Select(word => word.PadRight(width))).TrimEnd());
        return string.Join('\n', lines) + "\n";
    }

    private void Recall(int index)
    {
        if (index < 0 || index > history.Lines.Count)
        {
            return;
        }

        if (recalled == history.Lines.Count)
        {
            draft = text.ToString();
        }

        recalled = index;
        Replace(index == history.Lines.Count ? draft : history.Lines[index]);
    }

    private void Replace(string line)
    {
        text.Clear().Append(line);
        cursor = text.Length;
    }

    private void Move(int to) => cursor = Math.Clamp(to, 0, text.Length);

    private void Delete(int at)
    {
        if (at >= 0 && at < text.Length)
        {
            text.Remove(at, 1);
            cursor = Math.Min(at, text.Length);
        }
    }

    private int WordStart()
    {
        var at = cursor;
        while (at > 0 && text[at - 1] == ' ')
        {
            at--;
        }

        while (at > 0 && text[at - 1] != ' ')
        {
            at--;
        }

        return at;
    }

    private int WordEnd()
    {
        var at = cursor;
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        while (at < text.Length && text[at] != ' ')
        {
            at++;
        }

        return at;
    }

    /// <summary>Draws the line; of one that is wider than the terminal the part around the cursor.</summary>
    private void Show()
    {
        var room = Math.Max(8, terminal.Width - prompt.Length - 1);
        first = Math.Clamp(first, Math.Max(0, cursor - room + 1), cursor);
        var visible = text.ToString(first, Math.Min(room, text.Length - first));
        var column = prompt.Length + cursor - first;
        terminal.Write($"\r{prompt}{visible}\u001b[K\r\u001b[{column}C");
    }
}
