using Meditron.Data.Curation;
using Meditron.Data.Curation.Filters;
using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Settings;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation;

public sealed class CurationPipelineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Documents_come_out_in_the_order_of_the_input()
    {
        var settings = new SmallCorpus(folder).AddMany("papers", 40).Settings();

        var report = CurationPipeline.Run(settings);

        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"papers-{i}"), SmallCorpus.Ids(settings.Output, "papers"));
        Assert.Equal(40, report.Read["papers"]);
        Assert.Equal(40, report.Subsets.Single().TrainDocuments);
        Assert.Empty(report.Drops);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Output_does_not_depend_on_threads_or_memory(int threads)
    {
        var corpus = Mixed();
        var expected = corpus.Settings("one") with { Threads = 3, KeepWork = true };
        CurationPipeline.Run(expected);
        var settings = corpus.Settings("other") with { Threads = threads, MemoryBytes = 1 << 20, KeepWork = true };

        CurationPipeline.Run(settings);

        Assert.Equal(SmallCorpus.Tree(expected.Output), SmallCorpus.Tree(settings.Output));
    }

    [Fact]
    public void Resume_after_a_stop_at_any_unit_gives_the_uninterrupted_output()
    {
        var corpus = Mixed();
        var whole = corpus.Settings("whole") with { KeepWork = true };
        var all = new StopAfter(int.MaxValue);
        CurationPipeline.Run(whole, all);
        var expected = SmallCorpus.Tree(whole.Output);
        Assert.InRange(all.Seen, 10, 200);

        for (var stop = 1; stop < all.Seen; stop++)
        {
            var settings = corpus.Settings($"stopped-{stop}") with { KeepWork = true };
            Assert.Throws<StoppedException>(() => CurationPipeline.Run(settings, new StopAfter(stop)));
            CurationPipeline.Run(settings);
            Assert.Equal(expected, SmallCorpus.Tree(settings.Output));
        }
    }

    [Fact]
    public void A_run_that_is_stopped_again_and_again_ends_with_the_uninterrupted_output()
    {
        var corpus = Mixed();
        var whole = corpus.Settings("whole");
        CurationPipeline.Run(whole);
        var settings = corpus.Settings("stopped");

        for (var attempt = 0; ; attempt++)
        {
            Assert.InRange(attempt, 0, 200);
            try
            {
                CurationPipeline.Run(settings, new StopAfter(1));
                break;
            }
            catch (StoppedException)
            {
            }
        }

        Assert.Equal(SmallCorpus.Tree(whole.Output), SmallCorpus.Tree(settings.Output));
    }

    [Fact]
    public void Half_written_shards_are_never_read()
    {
        var corpus = Mixed();
        var whole = corpus.Settings("whole");
        CurationPipeline.Run(whole);
        var settings = corpus.Settings("torn");
        Assert.Throws<StoppedException>(() => CurationPipeline.Run(settings with { Threads = 1 }, new StopAfter(2)));

        // What a kill leaves: a shard with its own name and no manifest, and a temporary one.
        File.WriteAllText(Path.Combine(settings.Output, "work/documents/00002.jsonl"), "{\"id\":\"torn");
        File.WriteAllText(Path.Combine(settings.Output, "work/documents/00003.jsonl.tmp"), "{\"id\":\"torn");
        CurationPipeline.Run(settings);

        Assert.Equal(SmallCorpus.Tree(whole.Output), SmallCorpus.Tree(settings.Output));
    }

    [Fact]
    public void A_shard_that_was_cut_after_it_was_finished_is_refused()
    {
        var settings = Mixed().Settings();
        Assert.Throws<StoppedException>(() => CurationPipeline.Run(settings with { Threads = 1 }, new StopAfter(2)));
        using (var shard = new FileStream(Path.Combine(settings.Output, "work/documents/00000.jsonl"), FileMode.Open))
        {
            shard.SetLength(shard.Length - 5);
        }

        var error = Assert.Throws<CurationException>(() => CurationPipeline.Run(settings));

        Assert.Contains("00000.jsonl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_stops_the_run_and_loses_nothing_finished()
    {
        var corpus = Mixed();
        var whole = corpus.Settings("whole");
        CurationPipeline.Run(whole);
        var settings = corpus.Settings("full") with { Threads = 1 };
        Assert.Throws<StoppedException>(() => CurationPipeline.Run(settings, new StopAfter(2)));
        File.CreateSymbolicLink(Path.Combine(settings.Output, "work/documents/00002.jsonl.tmp"), "/dev/full");

        var error = Assert.Throws<CurationException>(() => CurationPipeline.Run(settings));

        Assert.Contains("00002.jsonl", error.Message, StringComparison.Ordinal);
        Assert.Contains("make room", error.Message, StringComparison.Ordinal);
        CurationPipeline.Run(settings);
        Assert.Equal(SmallCorpus.Tree(whole.Output), SmallCorpus.Tree(settings.Output));
    }

    [Fact]
    public void A_changed_setting_is_refused_on_resume_by_name_and_before_writing()
    {
        var settings = Mixed().Settings();
        Assert.Throws<StoppedException>(() => CurationPipeline.Run(settings, new StopAfter(1)));
        var before = SmallCorpus.Tree(settings.Output);

        var error = Assert.Throws<CurationException>(() =>
            CurationPipeline.Run(settings with { Seed = 5, NearDuplicates = settings.NearDuplicates with { Threshold = 0.5 } }));

        Assert.Contains("near-duplicates.threshold was 0.7 and is 0.5", error.Message, StringComparison.Ordinal);
        Assert.Contains("seed was 1234 and is 5", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, SmallCorpus.Tree(settings.Output));
    }

    [Fact]
    public void A_changed_input_is_refused_on_resume_by_name()
    {
        var corpus = Mixed();
        var settings = corpus.Settings();
        Assert.Throws<StoppedException>(() => CurationPipeline.Run(settings, new StopAfter(1)));
        File.AppendAllText(Path.Combine(corpus.Input, "papers.jsonl"), "{\"id\":\"new\",\"text\":\"more\"}\n");

        var error = Assert.Throws<CurationException>(() => CurationPipeline.Run(settings));

        Assert.Contains("papers.jsonl had", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_complete_run_is_not_done_again()
    {
        var settings = Mixed().Settings();
        CurationPipeline.Run(settings);
        var counter = new StopAfter(1);

        var report = CurationPipeline.Run(settings, counter);

        Assert.Equal(0, counter.Seen);
        Assert.NotEmpty(report.Subsets);
    }

    [Fact]
    public void A_folder_with_other_files_of_these_names_is_refused()
    {
        var settings = Mixed().Settings();
        Directory.CreateDirectory(Path.Combine(settings.Output, "corpus"));

        var error = Assert.Throws<CurationException>(() => CurationPipeline.Run(settings));

        Assert.Contains("no manifest.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_cannot_share_an_output_folder()
    {
        var settings = Mixed().Settings();
        Directory.CreateDirectory(settings.Output);
        using var other = new FileStream(Path.Combine(settings.Output, "run.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        Assert.Contains("Another run", Assert.Throws<CurationException>(() => CurationPipeline.Run(settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_records_are_named_counted_and_set_aside()
    {
        var corpus = new SmallCorpus(folder).AddMany("papers", 5).AddLine("papers", "{\"id\": \"broken\", \"text\": \"never ends").AddLine("papers", "{\"id\": \"textless\"}").AddMany("papers", 5, 100);
        corpus.Add("papers", "huge", new string('x', 5000) + SmallCorpus.Text(999));
        var settings = corpus.Settings() with { MaxDocumentBytes = 4096 };

        var report = CurationPipeline.Run(settings);

        Assert.Equal(1, report.Failures[ReadFailureKind.Json]);
        Assert.Equal(1, report.Failures[ReadFailureKind.MissingField]);
        Assert.Equal(1, report.Failures[ReadFailureKind.TooLarge]);
        Assert.Equal(10, report.Read["papers"]);
        Assert.All(report.FailureSamples, f => Assert.EndsWith("papers.jsonl", f.File, StringComparison.Ordinal));
    }

    [Fact]
    public void A_source_that_names_nothing_stops_the_run_before_writing()
    {
        var settings = Mixed().Settings();
        settings = settings with { Sources = [.. settings.Sources, new SourceSettings { Paths = ["nowhere/*.xml"], Subset = "papers" }] };

        var error = Assert.Throws<CurationException>(() => CurationPipeline.Run(settings));

        Assert.Contains("nowhere/*.xml", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(settings.Output, "work", "documents")));
    }

    [Fact]
    public void Exact_copies_in_other_case_and_punctuation_leave_the_first()
    {
        var text = SmallCorpus.Text(1);
        var corpus = new SmallCorpus(folder).Add("papers", "first", text).Add("papers", "copy", text.ToUpperInvariant().Replace(". ", " - ", StringComparison.Ordinal)).Add("papers", "other", SmallCorpus.Text(2));
        var settings = corpus.Settings("output", CurationStep.NearDuplicates);

        var report = CurationPipeline.Run(settings);

        Assert.Equal(["first", "other"], SmallCorpus.Ids(settings.Output, "papers"));
        Assert.Equal(new DropCount(CurationStep.ExactDuplicates, DropReason.ExactDuplicate, "papers", 1), report.Drops.Single());
        Assert.Contains("stays: papers first", report.DropSamples.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Guidelines_that_begin_alike_leave_the_first_and_papers_do_not()
    {
        var corpus = new SmallCorpus(folder);
        foreach (var subset in new[] { "guidelines", "papers" })
        {
            var start = SmallCorpus.Text(subset.Length, 100);
            corpus.Add(subset, "a", start + " " + SmallCorpus.Text(2)).Add(subset, "b", start + " " + SmallCorpus.Text(3));
        }

        var settings = corpus.Settings("output", CurationStep.NearDuplicates);
        var report = CurationPipeline.Run(settings);

        Assert.Equal(["a"], SmallCorpus.Ids(settings.Output, "guidelines"));
        Assert.Equal(["a", "b"], SmallCorpus.Ids(settings.Output, "papers"));
        Assert.Equal(DropReason.PrefixDuplicate, report.Drops.Single().Reason);
    }

    [Fact]
    public void Abstracts_give_way_to_their_full_text()
    {
        var corpus = new SmallCorpus(folder)
            .Add("abstracts", "a1", SmallCorpus.Text(1), ("pmid", "100")).Add("abstracts", "a2", SmallCorpus.Text(2), ("pmid", "200"))
            .Add("papers", "p1", SmallCorpus.Text(3), ("pmid", "100"));
        var settings = corpus.Settings();

        var report = CurationPipeline.Run(settings);

        Assert.Equal(["a2"], SmallCorpus.Ids(settings.Output, "abstracts"));
        Assert.Equal(["p1"], SmallCorpus.Ids(settings.Output, "papers"));
        Assert.Equal(DropReason.DuplicateId, report.Drops.Single().Reason);
    }

    [Fact]
    public void Contaminated_documents_are_dropped_and_the_benchmark_is_named()
    {
        var question = SmallCorpus.Text(77, 40);
        File.WriteAllText(folder.File("exam.jsonl"), $"{{\"question\": \"{question}\"}}\n{{\"question\": \"short one\"}}\n");
        var corpus = new SmallCorpus(folder).AddMany("papers", 5).Add("papers", "leak", SmallCorpus.Text(50) + " " + question + " " + SmallCorpus.Text(51));
        var settings = corpus.Settings();
        settings = settings with { Steps = [.. settings.Steps, CurationStep.Contamination], Contamination = new ContaminationSettings { Benchmarks = [folder.File("exam.jsonl")] } };
        var observer = new StopAfter(int.MaxValue);

        var report = CurationPipeline.Run(settings, observer);

        Assert.DoesNotContain("leak", SmallCorpus.Ids(settings.Output, "papers"));
        var exam = report.Benchmarks.Single();
        Assert.Equal(("exam", 2, 1, 1L), (exam.Benchmark, exam.Questions, exam.QuestionsHit, exam.Documents));
        Assert.Contains(observer.Messages, m => m.Contains("1 of 2 questions", StringComparison.Ordinal));
        Assert.Contains("exam, line 1", report.DropSamples.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Splits_and_samples_follow_their_rates_and_the_seed()
    {
        var corpus = new SmallCorpus(folder).AddMany("papers", 2000).AddMany("replay", 2000, 5000);
        var settings = corpus.Settings("output", CurationStep.NearDuplicates) with
        {
            ShardBytes = 1 << 20,
            Subsets = [new SubsetSettings { Name = "papers", ValidationRate = 0.03 }, new SubsetSettings { Name = "replay", SampleRate = 0.1 }],
        };

        CurationPipeline.Run(settings);
        var held = SmallCorpus.Ids(settings.Output, "papers", "validation");
        var sampled = SmallCorpus.Ids(settings.Output, "replay");
        var again = settings with { Output = folder.File("again"), Threads = 1 };
        CurationPipeline.Run(again);
        var other = settings with { Output = folder.File("other"), Seed = 7 };
        CurationPipeline.Run(other);

        Assert.InRange(held.Count, 35, 90);
        Assert.InRange(sampled.Count, 150, 250);
        Assert.Empty(SmallCorpus.Ids(settings.Output, "replay", "validation"));
        Assert.Equal(held, SmallCorpus.Ids(again.Output, "papers", "validation"));
        Assert.NotEqual(held, SmallCorpus.Ids(other.Output, "papers", "validation"));
        Assert.NotEqual(sampled, SmallCorpus.Ids(other.Output, "replay"));
    }

    [Fact]
    public void One_step_can_run_alone()
    {
        var corpus = new SmallCorpus(folder).Add("papers", "a", SmallCorpus.Text(1)).Add("papers", "short", "Tiny.").Add("papers", "b", SmallCorpus.Text(1) + " And one more.");
        var settings = corpus.Settings() with { Steps = [CurationStep.NearDuplicates] };

        CurationPipeline.Run(settings);

        Assert.Equal(["a", "short"], SmallCorpus.Ids(settings.Output, "papers"));
    }

    [Fact]
    public void Upsampling_repeats_training_documents_by_their_score_and_leaves_out_retractions()
    {
        var corpus = new SmallCorpus(folder)
            .Add("papers", "guide", SmallCorpus.Text(1), ("publication_types", new[] { "Guideline" }), ("year", 2022))
            .Add("papers", "plain", SmallCorpus.Text(2))
            .Add("papers", "bad", SmallCorpus.Text(3), ("publication_types", new[] { "Retracted Publication" }));
        var settings = corpus.Settings();
        settings = settings with { Steps = [.. settings.Steps, CurationStep.Upsample], Readers = settings.Readers with { Fields = settings.Readers.Fields with { PublicationTypes = ["publication_types"], Year = ["year"] } } };

        var report = CurationPipeline.Run(settings);

        Assert.Equal(["guide", "guide", "guide", "plain"], SmallCorpus.Ids(settings.Output, "papers"));
        Assert.Equal(2, report.Repeats);
        Assert.Equal(DropReason.Excluded, report.Drops.Single().Reason);
    }

    [Fact]
    public void Report_opens_without_a_network_and_shows_what_happened()
    {
        var settings = Mixed().Settings();

        var report = CurationPipeline.Run(settings);

        var html = File.ReadAllText(Path.Combine(settings.Output, "report.html"));
        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.All(report.Drops, d => Assert.Contains(d.Reason, html, StringComparison.Ordinal));
        Assert.Contains("not stated", File.ReadAllText(Path.Combine(settings.Output, "datasheet.md")), StringComparison.Ordinal);
        Assert.Equal(report.Read.Values.Sum(), report.Drops.Sum(d => d.Count) + report.Groups.Sum(g => g.Documents));
    }

    /// <summary>Some of everything: kept documents, and one at least for every reason to drop one.</summary>
    private SmallCorpus Mixed()
    {
        var corpus = new SmallCorpus(folder).AddMany("abstracts", 40).AddMany("papers", 40, 1000);
        for (var i = 0; i < 10; i++)
        {
            var text = SmallCorpus.Text(1000 + i);
            corpus.Add("papers", $"copy-{i}", text).Add("papers", $"near-{i}", text + " And more.");
        }

        corpus.Add("papers", "german", "Die Patienten wurden nach der Behandlung mit dem neuen Medikament untersucht, und es zeigte sich, dass die Krankheit bei den meisten nicht mehr nachweisbar war.");
        corpus.Add("papers", "short", "Tiny.").Add("papers", "digits", "12 33 91 82 73 64 22 18 92 83 77 61 22 33 12 33 91 82 73 64 22 18");
        corpus.Add("papers", "lines", string.Join('\n', Enumerable.Repeat("The same line of text comes again and again here.", 20)));
        return corpus;
    }
}
