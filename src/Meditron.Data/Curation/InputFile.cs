using System.IO.Compression;

namespace Meditron.Data.Curation;

/// <summary>A piece of input: a file, an entry of a zip archive, or a range of lines of a large file; opened as a plain stream, decompressed where it was compressed.</summary>
public sealed record InputFile
{
    /// <summary>The path on disk.</summary>
    public required string Path { get; init; }

    /// <summary>The entry's name inside a zip archive, or null.</summary>
    public string? Entry { get; init; }

    /// <summary>The first byte of the range; 0 for a whole file. Never set for a compressed file.</summary>
    public long Start { get; init; }

    /// <summary>The length of the range in bytes, or null up to the end.</summary>
    public long? Length { get; init; }

    /// <summary>The subset its documents belong to, as the configuration's source says.</summary>
    public string Subset { get; init; } = "";

    /// <summary>The source's name, as the configuration says; a reader that knows better (one file with many publishers) sets its own.</summary>
    public string Source { get; init; } = "";

    /// <summary>The reader's name that the configuration asks for, or null to choose by content and name.</summary>
    public string? Format { get; init; }

    /// <summary>A single record longer than this many bytes is set aside as a failure without being held in memory.</summary>
    public long MaxDocumentBytes { get; init; } = 16L << 20;

    /// <summary>What an error message calls it: the path, and the entry after an exclamation mark.</summary>
    public string DisplayName => Entry is null ? Path : $"{Path}!{Entry}";

    /// <summary>The name that tells the format: the entry's or the file's, without <c>.gz</c>.</summary>
    public string Name
    {
        get
        {
            var name = System.IO.Path.GetFileName(Entry ?? Path);
            return name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        }
    }

    /// <summary>The extension of <see cref="Name"/> in lower case with its dot, such as <c>.jsonl</c>.</summary>
    public string Extension
    {
        get
        {
            var extension = System.IO.Path.GetExtension(Name);
            return string.Create(extension.Length, extension, static (span, e) => e.AsSpan().ToLowerInvariant(span));
        }
    }

    /// <summary>Opens the piece for reading from its start; a gzip file or entry is decompressed. The caller disposes the stream.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The archive is damaged or has no such entry.</exception>
    public Stream Open()
    {
        var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16, FileOptions.SequentialScan);
        try
        {
            if (Entry is null)
            {
                if (Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                {
                    return new GZipStream(file, CompressionMode.Decompress);
                }

                return Start == 0 && Length is null ? file : new RangeStream(file, Start, Length ?? (file.Length - Start));
            }

            var archive = new ZipArchive(file, ZipArchiveMode.Read);
            var entry = archive.GetEntry(Entry)
                ?? throw new InvalidDataException($"{Path} has no entry {Entry}; was the archive replaced while it was being read?");
            Stream content = entry.Open();
            if (Entry.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                content = new GZipStream(content, CompressionMode.Decompress);
            }

            return new OwningStream(content, archive);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
