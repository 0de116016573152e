using System.Buffers;
using System.IO.Compression;
using System.Text;
using Meditron.Data.Text;
using Meditron.Testing;

namespace Meditron.Data.Tests.Text;

public sealed class JsonlReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("in.jsonl");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{\"text\": \"a\"}\n{\"text\": \"b\"}\n")]
    [InlineData("{\"text\": \"a\"}\n{\"text\": \"b\"}")]
    [InlineData("{\"text\": \"a\"}\r\n{\"text\": \"b\"}\r\n")]
    [InlineData("\uFEFF{\"text\": \"a\"}\n\n  \n{\"text\": \"b\"}\n\n")]
    [InlineData("{\"id\": [1, {\"text\": \"no\"}], \"text\": \"a\", \"x\": null}\n{\"text\": \"old\", \"text\": \"b\"}")]
    public void Texts_are_read_whatever_the_line_ends_and_marks(string content) => Assert.Equal(["a", "b"], Read(content));

    [Fact]
    public void Escapes_and_letters_are_read_as_they_are_meant() =>
        Assert.Equal(["é\n\t\"\\/\u0001漢🩺🩺"], Read("""{"text": "\u00e9\n\t\"\\\/\u0001漢🩺\ud83e\ude7a"}"""));

    [Theory]
    [InlineData("{\"text\": \"a\"}\n{\"text\": \"b", 2, "may be truncated")]
    [InlineData("{\"text\": \"a\"}\n{\"text\":", 2, "may be truncated")]
    [InlineData("{\"text\": \"a\"}\n\nplain text", 3, "begins with \"plain text\"")]
    [InlineData("[\"a\"]", 1, "is not a JSON object")]
    [InlineData("{\"text\": \"a\"} {\"text\": \"b\"}", 1, "from byte 15 on")]
    [InlineData("{\"text\": a}", 1, "from byte 10 on")]
    [InlineData("{\"body\": \"a\", \"id\": 3}", 1, "the fields are \"body\", \"id\"")]
    [InlineData("{}", 1, "has no fields")]
    [InlineData("{\"text\": 3}", 1, "is a number, text was expected")]
    [InlineData("{\"text\": null}", 1, "is null")]
    [InlineData("{\"text\": \"\\ud83e\"}", 1, "surrogate")]
    public void Damaged_lines_are_named_with_the_reason(string content, long line, string reason)
    {
        var error = Assert.Throws<TextFormatException>(() => Read(content));
        Assert.Equal((FilePath, line), (error.File, error.Line!.Value));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{FilePath}:{line}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_utf8_is_refused_at_its_byte()
    {
        File.WriteAllBytes(FilePath, [.. "{\"text\": \"ok\"}\n{\"text\": \"caf"u8, 0xE9, .. "\"}\n"u8]);
        var error = Assert.Throws<TextFormatException>(() => ReadFile());
        Assert.Equal(2, error.Line);
        Assert.Contains("byte 14", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n  \n")]
    public void File_without_records_is_refused(string content) => Assert.Throws<TextFormatException>(() => Read(content));

    [Fact]
    public void Missing_file_and_folder_are_named()
    {
        Assert.Equal(FilePath, Assert.Throws<MissingInputException>(() => ReadFile()).File);
        Directory.CreateDirectory(FilePath);
        Assert.Contains("folder", Assert.Throws<MissingInputException>(() => ReadFile()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_is_read_by_its_first_bytes_also_of_several_members()
    {
        File.WriteAllBytes(FilePath, [.. Gzip("{\"text\": \"a\"}\n"), .. Gzip("{\"text\": \"b\"}\n")]);
        Assert.Equal(["a", "b"], ReadFile());
    }

    [Fact]
    public void Truncated_gzip_is_refused()
    {
        var whole = Gzip(string.Concat(Enumerable.Range(0, 2000).Select(i => $"{{\"text\": \"{i * 7919}\"}}\n")));
        foreach (var length in new[] { whole.Length - 1, whole.Length - 8, whole.Length - 9, whole.Length / 2, 11 })
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            Assert.Contains("truncated", Assert.Throws<TextFormatException>(() => ReadFile()).Message, StringComparison.Ordinal);
        }

        whole[whole.Length / 2] ^= 4;
        File.WriteAllBytes(FilePath, whole);
        Assert.Throws<TextFormatException>(() => ReadFile());
    }

    [Fact]
    public void Name_that_promises_gzip_must_be_gzip()
    {
        File.WriteAllText(_folder.File("x.jsonl.gz"), "{\"text\": \"a\"}");
        Assert.Throws<TextFormatException>(() => new JsonlReader(_folder.File("x.jsonl.gz")));
    }

    [Fact]
    public void Lines_longer_than_a_chunk_and_chunks_of_any_size_give_the_same_lines()
    {
        var lines = Enumerable.Range(0, 60).Select(i => new string((char)('a' + (i % 26)), i * i * 37 % 3001)).ToList();
        File.WriteAllText(FilePath, string.Join('\n', lines));
        foreach (var size in new[] { 1, 2, 100, 4096, 1 << 20 })
        {
            using var reader = new Utf8LineReader(FilePath, size);
            using var chunk = new LineChunk();
            var read = new List<string>();
            var bytes = 0L;
            while (reader.Read(chunk))
            {
                Assert.Equal(read.Count + 1, chunk.FirstLine);
                bytes += chunk.Bytes;
                for (var i = 0; i < chunk.Count; i++)
                {
                    read.Add(Encoding.UTF8.GetString(chunk[i]));
                }
            }

            Assert.Equal(lines, read);
            Assert.Equal(new FileInfo(FilePath).Length, bytes);
        }
    }

    [Fact]
    public void Fields_are_joined_in_the_order_asked_for()
    {
        File.WriteAllText(FilePath, """{"answer": "A", "question": "Q"}""");
        Assert.Equal(["Q\nA"], ReadFile("question", "answer"));
    }

    private static byte[] Gzip(string text)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return memory.ToArray();
    }

    private List<string> Read(string content)
    {
        File.WriteAllText(FilePath, content);
        return ReadFile();
    }

    private List<string> ReadFile(params string[] fields)
    {
        using var reader = new JsonlReader(FilePath, fields);
        var texts = new List<string>();
        var buffer = new ArrayBufferWriter<byte>();
        while (reader.Read(buffer))
        {
            texts.Add(Encoding.UTF8.GetString(buffer.WrittenSpan));
            buffer.ResetWrittenCount();
        }

        return texts;
    }
}
