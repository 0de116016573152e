using System.Text;
using Meditron.Data.Curation;
using Meditron.Data.Curation.Readers.Json;

namespace Meditron.Data.Tests.Curation.Readers;

public class JsonReaderTests
{
    private static readonly JsonRecordReader Reader = new("jsonl", new JsonFieldMap());

    [Fact]
    public void Fields_are_found_by_the_map_whatever_their_order()
    {
        var document = Inputs.One(Reader, "a.jsonl", """
            {"meta":{"deep":[1,{"text":"not this"}]},"journal":{"name":"J Test"},"year":"2011-05","title":"A title","pmid":123,"doi":"10.1/AB","mesh":["Mice","Rats"],"text":"Body \"quoted\" \u00e9.","id":"x1","url":"https://e.org"}
            """);

        Assert.Equal(("x1", "A title", "Body \"quoted\" é."), (document.Id, document.Title, document.Text));
        Assert.Equal((2011, "J Test", "https://e.org"), (document.Metadata.Year, document.Metadata.Journal, document.Metadata.Url));
        Assert.Equal(["pmid:123", "doi:10.1/ab"], document.Metadata.SharedIds);
        Assert.Equal(["Mice", "Rats"], document.Metadata.MeshTerms);
    }

    [Fact]
    public void An_earlier_name_of_a_field_wins_over_a_later_one()
    {
        Assert.Equal("cleaned", Inputs.One(Reader, "a.jsonl", """{"raw_text":"raw","clean_text":"cleaned"}""").Text);
        Assert.Equal("cleaned", Inputs.One(Reader, "a.jsonl", """{"clean_text":"cleaned","raw_text":"raw"}""").Text);
    }

    [Fact]
    public void An_array_of_strings_becomes_paragraphs() =>
        Assert.Equal("one\n\ntwo", Inputs.One(Reader, "a.jsonl", """{"text":["one","two"]}""").Text);

    [Fact]
    public void A_record_without_an_id_gets_one_from_its_source_and_place()
    {
        var documents = Inputs.Read(Reader, "a.jsonl", "{\"text\":\"same\"}\n{\"text\":\"same\"}\n");

        Assert.Equal(40, documents[0].Document!.Id.Length);
        Assert.NotEqual(documents[0].Document!.Id, documents[1].Document!.Id);
    }

    [Theory]
    [InlineData("{\"text\":\"cut off", ReadFailureKind.Json)]
    [InlineData("{\"text\":\"a\"} trailing", ReadFailureKind.Json)]
    [InlineData("{\"text\":\"a\",}", ReadFailureKind.Json)]
    [InlineData("[1,2]", ReadFailureKind.Json)]
    [InlineData("{\"title\":\"no text\"}", ReadFailureKind.MissingField)]
    [InlineData("{\"text\":null}", ReadFailureKind.MissingField)]
    [InlineData("{\"text\":\"\\ud800 lone surrogate\"}", ReadFailureKind.Json)]
    public void A_broken_line_is_set_aside_and_reading_goes_on(string line, string kind)
    {
        var results = Inputs.Read(Reader, "a.jsonl", $"{{\"text\":\"first\"}}\n{line}\n{{\"text\":\"last\"}}\n");

        Assert.Equal(3, results.Count);
        Assert.Equal("first", results[0].Document!.Text);
        Assert.Equal(kind, results[1].Failure!.Kind);
        Assert.Equal("record 2, byte 17", results[1].Failure!.Position);
        Assert.Equal("last", results[2].Document!.Text);
    }

    [Fact]
    public void A_Latin_1_line_is_one_failure_that_says_what_it_looks_like()
    {
        byte[] content = [.. "{\"text\":\"good\"}\n"u8, .. Encoding.Latin1.GetBytes("{\"text\":\"caf\u00e9\"}\n"), .. "{\"text\":\"good\"}\n"u8];

        var results = Inputs.Read(Reader, "a.jsonl", content);

        Assert.Equal([true, false, true], results.Select(r => r.IsDocument));
        Assert.Equal(ReadFailureKind.Encoding, results[1].Failure!.Kind);
        Assert.Contains("0xE9", results[1].Failure!.Reason, StringComparison.Ordinal);
        Assert.Contains("Latin-1", results[1].Failure!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_UTF_16_file_is_one_failure(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: true);
        byte[] content = [.. encoding.GetPreamble(), .. encoding.GetBytes("{\"text\":\"a\"}\n{\"text\":\"b\"}\n")];

        var failure = Assert.Single(Inputs.Read(Reader, "a.jsonl", content)).Failure!;

        Assert.Equal((ReadFailureKind.Encoding, "file"), (failure.Kind, failure.Position));
    }

    [Fact]
    public void A_UTF_8_byte_order_mark_is_passed_over() =>
        Assert.Equal("a", Assert.Single(Inputs.Read(Reader, "a.jsonl", [0xEF, 0xBB, 0xBF, .. "{\"text\":\"a\"}"u8])).Document!.Text);

    [Theory]
    [InlineData("")]
    [InlineData("\n \r\n\n")]
    public void An_empty_file_is_one_failure(string content) =>
        Assert.Equal(ReadFailureKind.Empty, Assert.Single(Inputs.Read(Reader, "a.jsonl", content)).Failure!.Kind);

    [Fact]
    public void A_document_over_the_limit_is_skipped_and_named()
    {
        var results = Inputs.Read(Reader, "a.jsonl", $"{{\"text\":\"a\"}}\n{{\"text\":\"{new string('x', 600_000)}\"}}\n{{\"text\":\"b\"}}", limit: 1000);

        Assert.Equal([true, false, true], results.Select(r => r.IsDocument));
        Assert.Equal(ReadFailureKind.TooLarge, results[1].Failure!.Kind);
        Assert.Contains("1000", results[1].Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_file_is_one_failure() =>
        Assert.Equal(ReadFailureKind.Unreadable, Assert.Single(Inputs.Read(Reader, new InputFile { Path = "/nowhere/at/all.jsonl" })).Failure!.Kind);

    [Fact]
    public void A_gzip_file_cut_off_gives_its_documents_and_one_failure()
    {
        var lines = new StringBuilder();
        for (var line = 0; line < 20_000; line++)
        {
            lines.Append("{\"text\":\"document ").Append(line * 7919 % 100_003).Append("\"}\n");
        }

        var whole = Inputs.Gzip(Encoding.UTF8.GetBytes(lines.ToString()));

        Assert.Equal(20_000, Inputs.Read(Reader, "a.jsonl.gz", whole).Count);
        var results = Inputs.Read(Reader, "a.jsonl.gz", whole[..(whole.Length / 2)]);
        Assert.InRange(results.Count, 1, 19_999);
        Assert.All(results.SkipLast(1).Where(r => !r.IsDocument), r => Assert.Equal(ReadFailureKind.Json, r.Failure!.Kind));
        Assert.False(results[^1].IsDocument);
        Assert.Equal(ReadFailureKind.Archive, Assert.Single(Inputs.Read(Reader, "b.jsonl.gz", "this is no gzip")).Failure!.Kind);
    }

    [Fact]
    public void A_JSON_array_is_read_record_by_record_and_a_broken_one_costs_itself_alone()
    {
        var results = Inputs.Read(Reader, "a.json", """
            [ {"text":"one [not a bracket"}, {"text": oops}, {"text":"th\"r}ee"},
              {"text":"four"}]
            """);

        Assert.Equal(["one [not a bracket", null, "th\"r}ee", "four"], results.Select(r => r.Document?.Text));
        Assert.Equal(ReadFailureKind.Json, results[1].Failure!.Kind);
    }

    [Fact]
    public void A_JSON_file_that_ends_too_early_says_so()
    {
        var results = Inputs.Read(Reader, "a.json", """[{"text":"one"},{"text":"tw""");

        Assert.Equal([true, false], results.Select(r => r.IsDocument));
        Assert.Contains("ends inside", results[1].Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_lines_are_recognised_under_another_extension() =>
        Assert.Equal(2, Inputs.Read(Reader, "a.json", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n").Count(r => r.IsDocument));

    [Fact]
    public void Ranges_of_a_file_give_the_documents_and_ids_of_the_whole()
    {
        using var folder = new Meditron.Testing.TemporaryFolder();
        var path = folder.File("a.jsonl");
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 100).Select(i => $"{{\"text\":\"document {i}\"}}\n")));
        var cut = File.ReadAllText(path).IndexOf("{\"text\":\"document 60", StringComparison.Ordinal);
        var whole = new InputFile { Path = path };

        var parts = Inputs.Read(Reader, whole with { Length = cut }).Concat(Inputs.Read(Reader, whole with { Start = cut }));

        Assert.Equal(Inputs.Read(Reader, whole).Select(r => (r.Document!.Id, r.Document.Text)), parts.Select(r => (r.Document!.Id, r.Document.Text)));
    }

    [Fact]
    public void MedQuAD_gives_the_question_as_title_and_the_answer_as_text()
    {
        var document = Inputs.One(new MedQuadReader(), "medquad.jsonl",
            """{"id":"7-1","source":"GHR","url":"https://e.org","focus":"X","type":"information","question":"What is X ?","answer":"X is rare."}""");

        Assert.Equal(("7-1", "GHR", "What is X ?", "X is rare."), (document.Id, document.Source, document.Title, document.Text));
    }

    [Fact]
    public void PubMedQA_gives_a_labelled_abstract_under_its_question()
    {
        const string Record = """{"QUESTION":"Does it?","CONTEXTS":["We asked.","We saw."],"LABELS":["AIM","RESULTS"],"MESHES":["Mice"],"YEAR":"2009","LONG_ANSWER":"It does.","final_decision":"yes"}""";
        var results = Inputs.Read(new PubMedQaReader(new PubMedQaSettings()), "ori_pqal.json", $$"""{ "111": {{Record}}, "112": {"QUESTION":"Broken?"}, "113": {{Record}} }""");

        Assert.Equal([true, false, true], results.Select(r => r.IsDocument));
        Assert.Equal(("111", "Does it?", "AIM: We asked.\nRESULTS: We saw.\nCONCLUSIONS: It does."), (results[0].Document!.Id, results[0].Document!.Title, results[0].Document!.Text));
        Assert.Equal(["pmid:111"], results[0].Document!.Metadata.SharedIds);
        Assert.StartsWith("112 (record 2", results[1].Failure!.Position, StringComparison.Ordinal);
        var plain = Inputs.Read(new PubMedQaReader(new PubMedQaSettings { Labels = false, Conclusion = false }), "ori_pqal.json", $$"""{"9":{{Record}}}""");
        Assert.Equal("We asked.\nWe saw.", plain[0].Document!.Text);
    }

    [Fact]
    public void PubMedQA_lines_with_a_nested_context_are_read_too() =>
        Assert.Equal("AIM: We asked.\nCONCLUSIONS: Yes.", Inputs.One(new PubMedQaReader(new PubMedQaSettings()), "pubmedqa.jsonl",
            """{"pubid":5,"question":"Q?","context":{"contexts":["We asked."],"labels":["AIM"],"meshes":[]},"long_answer":"Yes."}""").Text);
}
