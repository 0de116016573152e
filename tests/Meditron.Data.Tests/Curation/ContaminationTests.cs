using Meditron.Data.Curation;
using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Contamination;
using Meditron.Data.Curation.Settings;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation;

public class ContaminationTests
{
    private static readonly string Question = SmallCorpus.Text(500, 40);

    private static ContaminationHit Scan(string text, ContaminationSettings? settings = null, params string[] questions)
    {
        var index = new BenchmarkIndex((questions.Length == 0 ? [Question] : questions).Select((q, i) => new BenchmarkQuestion("exam", i + 1, q)), settings ?? new ContaminationSettings());
        var analysis = new DocumentAnalysis();
        analysis.Analyse(text);
        return new ContaminationScanner(index).Scan(analysis);
    }

    [Fact]
    public void A_question_inside_a_long_document_is_found()
    {
        var hit = Scan(SmallCorpus.Text(1, 500) + " " + Question.ToUpperInvariant() + " " + SmallCorpus.Text(2, 500));

        Assert.Equal((0, false, 1f), (hit.Question, hit.IsPassage, hit.Share));
    }

    [Fact]
    public void Eighty_percent_of_the_ngrams_count_and_less_do_not()
    {
        var settings = new ContaminationSettings { PassageWords = 0 };
        var words = Question.Split(' ');

        // 40 words have 33 8-grams; the first 34 words keep 27 of them (0.82), the first 33 keep 26 (0.79).
        Assert.True(Scan(string.Join(' ', words[..34]) + " " + SmallCorpus.Text(9, 200), settings).IsHit);
        Assert.False(Scan(string.Join(' ', words[..33]) + " " + SmallCorpus.Text(9, 200), settings).IsHit);
    }

    [Fact]
    public void A_document_made_of_pieces_of_questions_is_found_by_its_own_share()
    {
        var settings = new ContaminationSettings { PassageWords = 0 };

        Assert.True(Scan(string.Join(' ', Question.Split(' ')[..12]), settings).IsHit);
    }

    [Fact]
    public void Thirteen_words_in_a_row_count_and_twelve_do_not()
    {
        var words = Question.Split(' ');

        var hit = Scan(SmallCorpus.Text(9, 200) + " " + string.Join(' ', words[5..18]) + " " + SmallCorpus.Text(10, 200));
        Assert.Equal((0, true), (hit.Question, hit.IsPassage));
        Assert.False(Scan(SmallCorpus.Text(9, 200) + " " + string.Join(' ', words[5..17]) + " " + SmallCorpus.Text(10, 200)).IsHit);
    }

    [Fact]
    public void The_question_with_the_largest_share_is_named()
    {
        var other = string.Join(' ', Question.Split(' ')[..20]) + " " + SmallCorpus.Text(501, 20);

        Assert.Equal(1, Scan(SmallCorpus.Text(1, 100) + " " + Question, null, other, Question).Question);
    }

    [Fact]
    public void One_scanner_finds_the_same_in_any_order_of_documents()
    {
        var index = new BenchmarkIndex([new BenchmarkQuestion("exam", 1, Question)], new ContaminationSettings());
        var scanner = new ContaminationScanner(index);
        var analysis = new DocumentAnalysis();
        foreach (var text in new[] { Question, SmallCorpus.Text(3), Question, SmallCorpus.Text(4) })
        {
            analysis.Analyse(text);
            Assert.Equal(text == Question, scanner.Scan(analysis).IsHit);
        }
    }

    [Fact]
    public void A_broken_benchmark_stops_the_run_by_line()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("exam.jsonl"), "{\"question\": \"fine\"}\n{\"ask\": \"other field\"}\n");

        var error = Assert.Throws<CurationException>(() => BenchmarkReader.Read(folder.File("exam.jsonl"), ["question"]).ToList());

        Assert.Contains("Line 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("contamination.fields", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Every_long_enough_benchmark_question_finds_itself()
    {
        var path = RepositoryPaths.SharedFile("data", "benchmarks", "medqa-50.jsonl");
        Skip.If(path is null, "the shared data are not there");
        var questions = BenchmarkReader.Read(path, ["question"]).ToList();
        var scanner = new ContaminationScanner(new BenchmarkIndex(questions, new ContaminationSettings()));
        var analysis = new DocumentAnalysis();

        for (var i = 0; i < questions.Count; i++)
        {
            analysis.Analyse(SmallCorpus.Text(i, 300) + "\n" + questions[i].Text);
            Assert.Equal(i, scanner.Scan(analysis).Question);
        }
    }
}
