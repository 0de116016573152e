using Meditron.Data.Sampling;

namespace Meditron.Data.Tests.Sampling;

/// <summary>The rules of the sample index done plainly: the whole stream of tokens is laid out, and cut.</summary>
internal static class PlainGptRules
{
    /// <summary>The samples' tokens, in order, where token t of sequence s is (s, t).</summary>
    public static List<List<(int Sequence, int Token)>> Samples(int[] sizes, GptIndexRequest request)
    {
        var random = new NumpyRandomState(request.Seed);
        var part = Enumerable.Range(request.FirstSequence, request.Sequences).ToArray();
        var perEpoch = part.Sum(sequence => sizes[sequence]);
        var epochs = 0;
        long tokens = 0;
        do
        {
            epochs++;
            tokens += perEpoch;
        }
        while ((tokens - 1) / request.SequenceLength < request.Samples);

        var before = epochs == 1 ? 0 : (((long)(epochs - 1) * perEpoch) - 1) / request.SequenceLength;
        var apart = epochs > 1 && request.Samples - before < (long)Math.Floor(0.80 * ((perEpoch - 1) / request.SequenceLength));

        var order = new List<int>();
        foreach (var passes in apart ? new[] { epochs - 1, 1 } : [epochs])
        {
            var documents = Enumerable.Repeat(part, passes).SelectMany(pass => pass).ToArray();
            random.Shuffle<int>(documents);
            order.AddRange(documents);
        }

        var stream = order.SelectMany(sequence => Enumerable.Range(0, sizes[sequence]).Select(token => (sequence, token))).ToList();
        var packed = new List<List<(int, int)>>();
        for (var at = 0; at + request.SequenceLength < stream.Count; at += request.SequenceLength)
        {
            packed.Add(stream.GetRange(at, request.SequenceLength + 1));
        }

        var numbers = new List<int>();
        foreach (var (from, to) in apart ? new[] { (0, (int)before), ((int)before, packed.Count) } : [(0, packed.Count)])
        {
            var piece = Enumerable.Range(from, to - from).ToArray();
            random.Shuffle<int>(piece);
            numbers.AddRange(piece);
        }

        return [.. numbers.Select(number => packed[number])];
    }
}
