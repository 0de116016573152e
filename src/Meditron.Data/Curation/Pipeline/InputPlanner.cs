using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>Cuts the input into units of work: large files of lines by ranges, small files together, an archive's entries in portions. The same input gives the same plan.</summary>
internal sealed class InputPlanner(CurationSettings settings, CurationComponents components)
{
    private const int MaxPieces = 4096;
    private const int FingerprintBytes = 1 << 16;

    /// <summary>What a compressed byte is taken to hold.</summary>
    private const int Expansion = 4;

    /// <summary>The units in order, found while they are asked for.</summary>
    /// <exception cref="CurationException">A source names a path that does not exist, or nothing matches it.</exception>
    public IEnumerable<UnitPlan> Plan()
    {
        long unit = 0;
        for (var source = 0; source < settings.Sources.Count; source++)
        {
            var pieces = new List<PiecePlan>();
            long bytes = 0;
            foreach (var (piece, weight) in Pieces(settings.Sources[source]))
            {
                if (pieces.Count > 0 && (bytes + weight > settings.ShardBytes || pieces.Count >= MaxPieces))
                {
                    yield return new UnitPlan { Unit = unit++, Source = source, Pieces = pieces };
                    pieces = [];
                    bytes = 0;
                }

                pieces.Add(piece);
                bytes += weight;
            }

            if (pieces.Count > 0)
            {
                yield return new UnitPlan { Unit = unit++, Source = source, Pieces = pieces };
            }
        }
    }

    /// <summary>The input that a piece of the plan stands for.</summary>
    public static InputFile ToInputFile(PiecePlan piece, SourceSettings source, CurationSettings settings) => new()
    {
        Path = piece.Path,
        Entry = piece.Entry,
        Start = piece.Start,
        Length = piece.Length,
        Subset = source.Subset,
        Source = source.Source,
        Format = source.Format.Length == 0 ? null : source.Format,
        MaxDocumentBytes = settings.MaxDocumentBytes,
    };

    private IEnumerable<(PiecePlan Piece, long Weight)> Pieces(SourceSettings source)
    {
        var template = ToInputFile(new PiecePlan(), source, settings);
        foreach (var path in source.Paths)
        {
            var full = Path.Combine(settings.Input, path);
            var failures = new List<ReadFailure>();
            var files = components.FindInput([full], template, failures);
            var isGlob = full.AsSpan().IndexOfAny('*', '?') >= 0;
            if ((!isGlob && !Path.Exists(full)) || (files.Count == 0 && failures.Count == 0) || (isGlob && files.Count == 0))
            {
                throw new CurationException(
                    $"The source \"{path}\" of the subset {source.Subset} names no file: there is nothing at {Path.GetFullPath(full)}. Correct sources.paths or the input folder.");
            }

            foreach (var failure in failures)
            {
                yield return (new PiecePlan { Path = failure.File, Unreadable = failure.Reason }, 0);
            }

            var entries = files.Where(f => f.Entry is not null).GroupBy(f => f.Path, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
            PiecePlan? last = null;
            foreach (var file in files)
            {
                var whole = last is not null && last.Path == file.Path ? last with { Entry = file.Entry } : Look(file);
                last = whole;
                if (whole.Unreadable is not null)
                {
                    yield return (whole, 0);
                }
                else if (whole.Entry is not null)
                {
                    yield return (whole, whole.Size * Expansion / entries[whole.Path]);
                }
                else if (file.Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                {
                    yield return (whole, whole.Size * Expansion);
                }
                else
                {
                    foreach (var part in Split(file, whole))
                    {
                        yield return (part, part.Length ?? part.Size);
                    }
                }
            }
        }
    }

    private IEnumerable<PiecePlan> Split(InputFile file, PiecePlan whole)
    {
        if (whole.Size < settings.ShardBytes * 3 / 2 || components.ChooseReader(file, out _) is not { IsLineBased: true } || !HasLines(file))
        {
            yield return whole;
            yield break;
        }

        using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        long start = 0;
        while (start < whole.Size)
        {
            var end = start + settings.ShardBytes >= whole.Size ? whole.Size : NextLine(stream, start + settings.ShardBytes);
            yield return whole with { Start = start, Length = end - start };
            start = end;
        }
    }

    /// <summary>Whether a file that a line-based reader reads is really one of lines: a JSON array or object over many lines is not.</summary>
    private static bool HasLines(InputFile file) => file.Extension is ".jsonl" or ".ndjson";

    private static long NextLine(FileStream stream, long position)
    {
        var buffer = new byte[1 << 16];
        stream.Seek(position, SeekOrigin.Begin);
        while (true)
        {
            var read = stream.Read(buffer);
            if (read == 0)
            {
                return position;
            }

            var at = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            if (at >= 0)
            {
                return position + at + 1;
            }

            position += read;
        }
    }

    private static PiecePlan Look(InputFile file)
    {
        try
        {
            var info = new FileInfo(file.Path);
            return new PiecePlan
            {
                Path = file.Path,
                Entry = file.Entry,
                Size = info.Length,
                Modified = info.LastWriteTimeUtc.Ticks,
                Fingerprint = Fingerprint(file.Path),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new PiecePlan { Path = file.Path, Entry = file.Entry, Unreadable = e.Message };
        }
    }

    private static ulong Fingerprint(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        var buffer = new byte[Math.Min(FingerprintBytes, file.Length)];
        file.ReadExactly(buffer);
        var hash = Hash64.Of(buffer, (ulong)file.Length);
        if (file.Length > buffer.Length)
        {
            file.Seek(-buffer.Length, SeekOrigin.End);
            file.ReadExactly(buffer);
            hash = Hash64.Of(buffer, hash);
        }

        return hash;
    }
}
