using System.Text.Json;
using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>The plan on disk, one unit a line, so that a plan of any length is never held in memory.</summary>
internal static class PlanFile
{
    /// <summary>Writes the plan; returns the manifest's facts about it.</summary>
    public static RunManifest Write(string path, IEnumerable<UnitPlan> plan, RunManifest manifest)
    {
        using var file = new TemporaryFile(path);
        long units = 0, files = 0, bytes = 0;
        string? last = null;
        foreach (var unit in plan)
        {
            file.Write(Line(unit));
            units++;
            foreach (var piece in unit.Pieces)
            {
                if (piece.Path != last)
                {
                    files++;
                    bytes += piece.Size;
                    last = piece.Path;
                }
            }
        }

        file.Commit();
        return manifest with { Units = units, Files = files, InputBytes = bytes, PlanHash = file.Hash };
    }

    /// <summary>Reads the plan unit by unit.</summary>
    public static IEnumerable<UnitPlan> Read(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            yield return JsonSerializer.Deserialize(line, CompactJson.Default.UnitPlan)!;
        }
    }

    /// <summary>What has changed since the plan was written, or null where nothing has.</summary>
    public static string? Difference(string path, IEnumerable<UnitPlan> now)
    {
        using var then = Read(path).GetEnumerator();
        foreach (var unit in now)
        {
            if (!then.MoveNext())
            {
                return $"{Name(unit.Pieces[0])} is new";
            }

            if (Line(unit).AsSpan().SequenceEqual(Line(then.Current)))
            {
                continue;
            }

            for (var i = 0; i < Math.Max(unit.Pieces.Count, then.Current.Pieces.Count); i++)
            {
                if (i >= unit.Pieces.Count)
                {
                    return $"{Name(then.Current.Pieces[i])} is no longer there";
                }

                if (i >= then.Current.Pieces.Count)
                {
                    return $"{Name(unit.Pieces[i])} is new";
                }

                if (Difference(then.Current.Pieces[i], unit.Pieces[i]) is { } difference)
                {
                    return difference;
                }
            }

            return $"unit {unit.Unit} belongs to another source";
        }

        return then.MoveNext() ? $"{Name(then.Current.Pieces[0])} is no longer there" : null;
    }

    private static string? Difference(PiecePlan then, PiecePlan now)
    {
        if (then == now)
        {
            return null;
        }

        if (then.Path != now.Path || then.Entry != now.Entry)
        {
            return string.CompareOrdinal(Name(then), Name(now)) < 0 ? $"{Name(then)} is no longer there" : $"{Name(now)} is new";
        }

        if (then.Size != now.Size)
        {
            return $"{now.Path} had {then.Size} bytes and has {now.Size}";
        }

        return then.Fingerprint != now.Fingerprint ? $"the content of {now.Path} has changed" : $"{now.Path} was modified";
    }

    private static string Name(PiecePlan piece) => piece.Entry is null ? piece.Path : $"{piece.Path}!{piece.Entry}";

    private static byte[] Line(UnitPlan unit)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(unit, CompactJson.Default.UnitPlan);
        Array.Resize(ref json, json.Length + 1);
        json[^1] = (byte)'\n';
        return json;
    }
}
