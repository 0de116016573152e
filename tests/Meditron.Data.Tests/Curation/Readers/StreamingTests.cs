using System.IO.Compression;
using System.Text;
using Meditron.Data.Curation;
using Meditron.Data.Curation.Readers.Json;
using Meditron.Data.Curation.Readers.Papers;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation.Readers;

public class StreamingTests
{
    private const long Bound = 96L << 20;

    [Fact]
    public void A_large_file_is_read_in_bounded_memory()
    {
        using var folder = new TemporaryFolder();
        var record = Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('a', 100_000)}\"}}\n");
        Write(folder.File("a.jsonl.gz"), Enumerable.Repeat(record, 2_500));

        var (documents, failures) = Count(new JsonRecordReader("jsonl", new JsonFieldMap()), new InputFile { Path = folder.File("a.jsonl.gz") });

        Assert.Equal((2_500, 0), (documents, failures));
    }

    [Fact]
    public void A_single_document_of_300_MB_is_set_aside_in_bounded_memory()
    {
        using var folder = new TemporaryFolder();
        var megabyte = Encoding.UTF8.GetBytes(new string('a', 1 << 20));
        Write(folder.File("a.jsonl.gz"), ["{\"text\":\"first\"}\n{\"text\":\""u8.ToArray(), .. Enumerable.Repeat(megabyte, 300), "\"}\n{\"text\":\"last\"}\n"u8.ToArray()]);
        Write(folder.File("b.nxml.gz"), ["<article><body><p>"u8.ToArray(), .. Enumerable.Repeat(megabyte, 300), "</p></body></article>"u8.ToArray()]);

        var lines = Count(new JsonRecordReader("jsonl", new JsonFieldMap()), new InputFile { Path = folder.File("a.jsonl.gz"), MaxDocumentBytes = 8 << 20 });
        var article = Count(new JatsReader(), new InputFile { Path = folder.File("b.nxml.gz"), MaxDocumentBytes = 8 << 20 });

        Assert.Equal((2, 1), lines);
        Assert.Equal((0, 1), article);
    }

    private static void Write(string path, IEnumerable<byte[]> parts)
    {
        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        foreach (var part in parts)
        {
            gzip.Write(part);
        }
    }

    private static (int Documents, int Failures) Count(IDocumentReader reader, InputFile file)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (documents, failures) = (0, 0);
        foreach (var result in reader.Read(file, CancellationToken.None))
        {
            _ = result.IsDocument ? documents++ : failures++;
            Assert.True(documents % 100 != 0 || GC.GetTotalMemory(forceFullCollection: true) - before < Bound, "reading holds more than one document");
        }

        return (documents, failures);
    }
}
