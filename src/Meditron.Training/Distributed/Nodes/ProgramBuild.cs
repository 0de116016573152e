using System.Security.Cryptography;

namespace Meditron.Training.Distributed.Nodes;

/// <summary>Identifies the build of the program, so that ranks of different builds, which may compute different bits, do not train together.</summary>
public static class ProgramBuild
{
    private const int Shown = 12;

    /// <summary>Version of the program, and what its assemblies were compiled from; the same for every build of the same sources.</summary>
    public static string Id { get; } = $"{typeof(ProgramBuild).Assembly.GetName().Version} {Hash(Assemblies().SelectMany(assembly => assembly.ManifestModule.ModuleVersionId.ToByteArray()))}";

    /// <summary>Content of the native libraries beside the program.</summary>
    public static string NativeId { get; } = Directory.EnumerateFiles(AppContext.BaseDirectory, "libmeditron*").Order(StringComparer.Ordinal).ToList() is { Count: > 0 } files
        ? Hash(files.SelectMany(file => SHA256.HashData(File.ReadAllBytes(file))))
        : "not beside the program";

    private static System.Reflection.Assembly[] Assemblies() =>
        [typeof(ProgramBuild).Assembly, typeof(Llama.LlamaConfig).Assembly, typeof(Torch.Tensor).Assembly, typeof(Data.DataException).Assembly];

    private static string Hash(IEnumerable<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))[..Shown];
}
