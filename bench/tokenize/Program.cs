// tokenize MODEL OUTPUT FIELD[,FIELD...] INPUT...: trains MODEL where it is not there, then tokenizes the inputs on one thread and on all,
// several times each, and prints one line of JSON for each, with the fastest pass.
using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Meditron.Data.Indexed;
using Meditron.Data.Text;
using Meditron.Data.Tokenization;

if (args.Length < 4)
{
    Console.Error.WriteLine("usage: tokenize MODEL OUTPUT FIELD[,FIELD...] INPUT...");
    return 2;
}

var (model, output, fields, inputs) = (args[0], args[1], args[2].Split(','), args[3..]);
var watch = Stopwatch.StartNew();
if (!File.Exists(model))
{
    SentencePieceTrainer.Train(JsonlReader.ReadAll(inputs, fields), model, new SentencePieceTrainerOptions { VocabularySize = 8000 });
    Print("train a vocabulary of 8,000", 1, watch.Elapsed.TotalSeconds, inputs.Sum(input => new FileInfo(input).Length), 0);
}

foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
{
    foreach (var memory in new[] { 0, SentencePieceTokenizer.DefaultWordMemory })
    {
        Encode(threads, memory);
    }

    var best = double.MaxValue;
    TokenizeResult? result = null;
    for (var pass = 0; pass < 5; pass++)
    {
        using var tokenizer = new MeditronTokenizer(SentencePieceTokenizer.Load(model));
        watch.Restart();
        result = new TokenizeJob(new TokenizeOptions { Inputs = inputs, OutputPrefix = output, Fields = fields, Threads = threads }, tokenizer).Run();
        best = Math.Min(best, watch.Elapsed.TotalSeconds);
    }

    Print("JSONL to .bin/.idx", threads, best, result!.Totals.TextBytes, result.Totals.Tokens);
}

return 0;

void Encode(int threads, long memory)
{
    using var tokenizer = SentencePieceTokenizer.Load(model, memory);
    var texts = JsonlReader.ReadAll(inputs, fields).Select(text => text.ToArray()).ToList();
    var best = double.MaxValue;
    long ids = 0;
    for (var pass = 0; pass < (memory == 0 ? 2 : 5); pass++)
    {
        ids = 0;
        var next = 0;
        watch.Restart();
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            var buffer = new ArrayBufferWriter<int>(1 << 16);
            for (var start = Interlocked.Add(ref next, 16) - 16; start < texts.Count; start = Interlocked.Add(ref next, 16) - 16)
            {
                for (var i = start; i < Math.Min(start + 16, texts.Count); i++)
                {
                    buffer.ResetWrittenCount();
                    tokenizer.Encode(texts[i], buffer);
                    Interlocked.Add(ref ids, buffer.WrittenCount);
                }
            }
        });
        best = Math.Min(best, watch.Elapsed.TotalSeconds);
    }

    Print(memory == 0 ? "encode, every text whole" : "encode, words remembered", threads, best, texts.Sum(text => (long)text.Length), ids);
}

static void Print(string what, int threads, double seconds, long bytes, long ids) => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"{{\"what\": \"{what}\", \"threads\": {threads}, \"seconds\": {seconds:F3}, \"bytes\": {bytes}, \"ids\": {ids}, \"mb_per_s\": {bytes / seconds / 1e6:F2}}}"));
