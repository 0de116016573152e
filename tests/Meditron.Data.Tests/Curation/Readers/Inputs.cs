using System.IO.Compression;
using System.Text;
using Meditron.Data.Curation;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation.Readers;

/// <summary>Writes small input files and reads them back through a reader.</summary>
internal static class Inputs
{
    public static List<ReadResult> Read(IDocumentReader reader, string name, string content, long limit = 1 << 20) =>
        Read(reader, name, Encoding.UTF8.GetBytes(content), limit);

    public static List<ReadResult> Read(IDocumentReader reader, string name, byte[] content, long limit = 1 << 20)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File(name);
        File.WriteAllBytes(path, content);
        return Read(reader, new InputFile { Path = path, Subset = "papers", Source = "here", MaxDocumentBytes = limit });
    }

    public static List<ReadResult> Read(IDocumentReader reader, InputFile file) => [.. reader.Read(file, CancellationToken.None)];

    public static CorpusDocument One(IDocumentReader reader, string name, string content)
    {
        var result = Assert.Single(Read(reader, name, content));
        Assert.True(result.IsDocument, result.Failure?.ToString());
        return result.Document;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return target.ToArray();
    }
}
