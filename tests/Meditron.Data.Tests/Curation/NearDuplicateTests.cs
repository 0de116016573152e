using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Duplicates;
using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Settings;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation;

public sealed class NearDuplicateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Signatures_estimate_the_jaccard_similarity()
    {
        var hasher = new MinHasher(512, 3, 1);
        double squares = 0;
        for (var i = 0; i < 40; i++)
        {
            var (a, b) = Pair(i, i / 40.0);
            var error = Estimate(hasher, a, b) - Jaccard(a, b, 3);
            squares += error * error;
        }

        // The standard error of 512 draws is at most 0.022.
        Assert.InRange(Math.Sqrt(squares / 40), 0, 0.03);
    }

    [Fact]
    public void Signatures_are_the_same_on_every_machine()
    {
        var hasher = new MinHasher(16, 2, 1);
        var signature = new uint[16];
        hasher.Compute([1, 2, 3], signature);

        Assert.Equal(Scalar(16, 2, 1, [1, 2, 3]), signature);
    }

    [Fact]
    public void Bands_and_rows_bring_the_wanted_share_of_pairs_together()
    {
        foreach (var threshold in new[] { 0.5, 0.6, 0.7, 0.8, 0.9 })
        {
            var plan = LshPlan.For(128, threshold, 0.95);
            Assert.True(plan.CandidateProbability(threshold) >= 0.95);
            Assert.True(plan.Bands * plan.Rows <= 128);
            Assert.True(plan.CandidateProbability(threshold / 2) < 0.6);
        }
    }

    [Fact]
    public void Expected_recall_is_what_many_pairs_show()
    {
        var plan = LshPlan.For(128, 0.7, 0.95);
        const int pairs = 4000;
        foreach (var similarity in new[] { 0.65, 0.7, 0.75, 0.8 })
        {
            var found = 0;
            for (var p = 0; p < pairs; p++)
            {
                var matches = 0;
                var candidate = false;
                for (var band = 0; band < plan.Bands; band++)
                {
                    var equal = 0;
                    for (var row = 0; row < plan.Rows; row++)
                    {
                        var at = (ulong)((((p * 1000) + band) * 100) + row);
                        equal += Hash64.ToUnit(Hash64.Combine(at, (ulong)(similarity * 1000))) < similarity ? 1 : 0;
                    }

                    matches += equal;
                    candidate |= equal == plan.Rows;
                }

                for (var rest = plan.Bands * plan.Rows; rest < 128; rest++)
                {
                    matches += Hash64.ToUnit(Hash64.Combine((ulong)((p * 7919L) + rest + 1_000_000_000), (ulong)(similarity * 1000))) < similarity ? 1 : 0;
                }

                found += candidate && matches >= plan.MatchesNeeded ? 1 : 0;
            }

            Assert.InRange(plan.Recall(similarity) - ((double)found / pairs), -0.03, 0.03);
        }
    }

    [Fact]
    public void Near_duplicates_found_are_those_of_brute_force_away_from_the_threshold()
    {
        var corpus = new SmallCorpus(folder);
        var texts = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            var words = SmallCorpus.Text(i, 200).Split(' ');
            texts.Add(string.Join(' ', words));
            var step = new[] { 100, 40, 20, 10, 6, 4 }[i % 6];
            for (var w = step - 1; w < words.Length; w += step)
            {
                words[w] = "changed" + w;
            }

            texts.Add(string.Join(' ', words));
        }

        for (var i = 0; i < texts.Count; i++)
        {
            corpus.Add("papers", $"{i}", texts[i]);
        }

        var settings = corpus.Settings() with { Steps = [CurationStep.NearDuplicates] };
        CurationPipeline.Run(settings);
        var kept = SmallCorpus.Ids(settings.Output, "papers").Select(int.Parse).ToHashSet();

        var certain = 0;
        for (var i = 0; i < texts.Count; i += 2)
        {
            var similarity = Jaccard(WordsOf(texts[i]), WordsOf(texts[i + 1]), settings.NearDuplicates.ShingleWords);
            Assert.Contains(i, kept);
            if (similarity is > 0.85 or < 0.55)
            {
                certain++;
                Assert.Equal(similarity < 0.55, kept.Contains(i + 1));
            }
        }

        Assert.InRange(certain, 30, 60);
    }

    [Fact]
    public void Groups_by_key_do_not_depend_on_the_number_of_partitions()
    {
        var one = Groups(1, 1L << 30);
        var many = Groups(40_000_000, 1 << 20);

        Assert.NotEmpty(one);
        Assert.Equal(one, many);
    }

    private List<string> Groups(long expected, long memory)
    {
        using var spill = new KeySpill(folder.File("spill"), expected, memory);
        Assert.Equal(expected > 1, spill.Partitions > 1);
        for (uint i = 0; i < 5000; i++)
        {
            spill.Add(Hash64.Finish(Hash64.Combine(i, 3) % 2000), i);
        }

        var groups = new List<string>();
        spill.ForEachGroup((key, group) => groups.Add($"{key:x}: {string.Join(',', group.ToArray())}"), default);
        return groups;
    }

    private static (ulong[] A, ulong[] B) Pair(int seed, double change)
    {
        var a = WordsOf(SmallCorpus.Text(seed, 300));
        var b = a.ToArray();
        for (var i = 0; i < b.Length; i++)
        {
            if (Hash64.ToUnit(Hash64.Combine((ulong)i, (ulong)seed + 5)) < change / 3)
            {
                b[i] = Hash64.Combine(b[i], 9);
            }
        }

        return (a, b);
    }

    private static ulong[] WordsOf(string text)
    {
        var analysis = new DocumentAnalysis();
        analysis.Analyse(text);
        return analysis.Words.ToArray();
    }

    private static double Estimate(MinHasher hasher, ulong[] a, ulong[] b)
    {
        var (one, other) = (new uint[hasher.Permutations], new uint[hasher.Permutations]);
        hasher.Compute(a, one);
        hasher.Compute(b, other);
        Assert.Equal(one.Zip(other).Count(p => p.First == p.Second), MinHasher.Matches(one, other));
        return (double)MinHasher.Matches(one, other) / hasher.Permutations;
    }

    private static double Jaccard(ulong[] a, ulong[] b, int shingle)
    {
        HashSet<string> Set(ulong[] words) => [.. Enumerable.Range(0, words.Length - shingle + 1).Select(i => string.Join(' ', words[i..(i + shingle)]))];
        var (one, other) = (Set(a), Set(b));
        var common = one.Count(other.Contains);
        return (double)common / (one.Count + other.Count - common);
    }

    private static uint[] Scalar(int permutations, int shingle, ulong seed, ulong[] words)
    {
        var minima = Enumerable.Repeat(uint.MaxValue, permutations).ToArray();
        for (var i = 0; i + shingle <= words.Length; i++)
        {
            var x = MinHasher.ShingleHash(words.AsSpan(i, shingle));
            for (var p = 0; p < permutations; p++)
            {
                var random = Hash64.Finish(Hash64.Combine(seed, (ulong)p));
                var h = (x ^ (uint)random) * ((uint)(random >> 32) | 1);
                h = (h ^ (h >> 15)) * 0x2c1b3c6d;
                minima[p] = Math.Min(minima[p], h);
            }
        }

        return minima;
    }
}
