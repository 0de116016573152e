using System.Diagnostics;
using System.Globalization;
using System.Text;
using Meditron.Data.Text;
using Meditron.Data.Tokenization;
using Meditron.Testing;

namespace Meditron.Data.Tests.Tokenization;

public sealed class RealTextTests
{
    [SkippableFact]
    public void Medquad_gives_the_ids_of_the_library_called_on_whole_texts()
    {
        var path = RepositoryPaths.SharedFile("data", "medquad", "medquad.jsonl");
        Skip.If(path is null, "The shared folder with MedQuAD is not there.");
        var texts = JsonlReader.ReadAll([path!], ["question", "answer"]).Where((_, i) => i % 25 == 0).Select(text => (ReadOnlyMemory<byte>)text.ToArray()).ToList();
        var model = SentencePieceTrainer.Train(texts, new SentencePieceTrainerOptions { VocabularySize = 2000 });
        using var remembering = SentencePieceTokenizer.Load(model);
        using var whole = SentencePieceTokenizer.Load(model, wordMemory: 0);
        Assert.True(remembering.RemembersWords);
        foreach (var text in texts.Select(text => Encoding.UTF8.GetString(text.Span)))
        {
            var ids = remembering.Encode(text);
            Assert.Equal(whole.Encode(text), ids);
            Assert.Equal(text, remembering.Decode(ids));
        }
    }

    [SkippableFact]
    public void Medquad_gives_the_ids_of_spm_encode()
    {
        const string program = "/usr/bin/spm_encode";
        var path = RepositoryPaths.SharedFile("data", "medquad", "medquad.jsonl");
        Skip.If(path is null, "The shared folder with MedQuAD is not there.");
        Skip.IfNot(File.Exists(program), "SentencePiece's own programs are not installed (package sentencepiece).");
        using var folder = new TemporaryFolder();
        var lines = JsonlReader.ReadAll([path!], ["answer"]).Where((_, i) => i % 100 == 0)
            .SelectMany(text => Encoding.UTF8.GetString(text.Span).Split('\n')).Where(line => line.Length > 0 && !line.Contains('\r', StringComparison.Ordinal)).ToList();
        SentencePieceTrainer.Train(lines.Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)), folder.File("x.model"), new SentencePieceTrainerOptions { VocabularySize = 1000 });
        File.WriteAllText(folder.File("in"), string.Concat(lines.Select(line => line + "\n")));
        using (var process = Process.Start(program, ["--model=" + folder.File("x.model"), "--output_format=id", "--input=" + folder.File("in"), "--output=" + folder.File("out")]))
        {
            Assert.True(process.WaitForExit(60_000));
            Assert.Equal(0, process.ExitCode);
        }

        using var tokenizer = SentencePieceTokenizer.Load(folder.File("x.model"));
        var expected = File.ReadAllLines(folder.File("out"));
        Assert.Equal(lines.Count, expected.Length);
        for (var i = 0; i < lines.Count; i++)
        {
            Assert.Equal(expected[i].Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture)), tokenizer.Encode(lines[i]));
        }
    }
}
