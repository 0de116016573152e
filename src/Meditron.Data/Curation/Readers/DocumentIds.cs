using System.Security.Cryptography;
using System.Text;

namespace Meditron.Data.Curation.Readers;

/// <summary>Makes identities for documents that have none of their own.</summary>
public static class DocumentIds
{
    /// <summary>SHA-1, in hexadecimal, of the source and the document's place: its file's name and the byte it starts at, which do not depend on how a file is shared out.</summary>
    public static string Of(string source, InputFile file, long offset)
    {
        ArgumentNullException.ThrowIfNull(file);
        var place = file.Entry ?? Path.GetFileName(file.Path);
        return Of($"{source}\n{place}\n{file.Start + offset}");
    }

    /// <summary>SHA-1 of <paramref name="key"/> in hexadecimal.</summary>
    public static string Of(string key) =>
#pragma warning disable CA5350 // An identity, not a protection; the corpus it follows uses SHA-1.
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(key)));
#pragma warning restore CA5350
}
