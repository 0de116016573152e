using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <content>native/torch/random.cpp.</content>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int mt_generator_new(int deviceType, int deviceIndex, ulong seed, out GeneratorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_generator_default(int deviceType, int deviceIndex, out GeneratorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_generator_manual_seed(GeneratorHandle generator, ulong seed);

    [LibraryImport(Library)]
    internal static partial int mt_generator_initial_seed(GeneratorHandle generator, out ulong result);

    [LibraryImport(Library)]
    internal static partial int mt_generator_get_state(GeneratorHandle generator, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_generator_set_state(GeneratorHandle generator, TensorHandle state);

    [LibraryImport(Library)]
    internal static partial int mt_normal_(TensorHandle self, double mean, double std, GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial int mt_uniform_(TensorHandle self, double low, double high, GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial int mt_random_(TensorHandle self, long low, long high, GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial int mt_randperm(long count, int dtype, GeneratorHandle generator, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_multinomial(TensorHandle self, long samples, int replacement, GeneratorHandle generator, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial void mt_generator_free(nint generator);
}
