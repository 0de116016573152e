using Meditron.Data.Text;
using Meditron.Data.Tokenization;

namespace Meditron.Data.Indexed;

/// <summary>
/// Turns JSON Lines files into a .bin/.idx pair on several threads. Documents keep their order, so the files do not depend on the number of
/// threads; a job that fails or is cancelled leaves no pair of its name but the one that was there before.
/// </summary>
public sealed class TokenizeJob
{
    private readonly TokenizeOptions _options;
    private readonly ITokenizer _tokenizer;
    private readonly Action<TokenizeProgress>? _progress;
    private readonly Func<string, TokenType, IndexedDatasetWriter> _createWriter;

    /// <summary>Prepares a job.</summary>
    /// <param name="options">What to read and where to write.</param>
    /// <param name="tokenizer">The tokenizer, which the caller keeps.</param>
    /// <param name="progress">Called after every piece of work that was written, on the thread that runs the job.</param>
    public TokenizeJob(TokenizeOptions options, ITokenizer tokenizer, Action<TokenizeProgress>? progress = null)
        : this(options, tokenizer, progress, (prefix, type) => new IndexedDatasetWriter(prefix, type))
    {
    }

    /// <summary>Prepares a job with a writer that the caller makes.</summary>
    internal TokenizeJob(
        TokenizeOptions options, ITokenizer tokenizer, Action<TokenizeProgress>? progress, Func<string, TokenType, IndexedDatasetWriter> createWriter)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);
        _options = options;
        _tokenizer = tokenizer;
        _progress = progress;
        _createWriter = createWriter;
    }

    /// <summary>Runs the job on the calling thread, which reads and writes, and on as many others as the options say, which tokenize.</summary>
    /// <exception cref="MissingInputException">An input is not there.</exception>
    /// <exception cref="TextFormatException">An input is damaged or lacks the field, or there is no text in any.</exception>
    /// <exception cref="OutputException">The dataset cannot be written, for example as the disk is full.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public TokenizeResult Run(CancellationToken cancellation = default)
    {
        if (_options.Inputs.Count == 0)
        {
            throw new TextFormatException("could not tokenize: no input file was given. Name at least one JSON Lines file.");
        }

        var inputLength = _options.Inputs.Sum(LengthOf);
        var type = TokenTypes.ForVocabulary(_tokenizer.VocabularySize);
        using var writer = _createWriter(_options.DatasetPrefix, type);
        var totals = Work(writer, inputLength, cancellation);
        if (totals.Documents == 0)
        {
            throw new TextFormatException(
                $"could not tokenize: no document in the input has any text ({totals.EmptyDocuments} are empty). Check the field's name.", _options.Inputs[0]);
        }

        var manifest = writer.Complete(new DatasetManifest
        {
            VocabularySize = _tokenizer.VocabularySize,
            TokenizerHash = _tokenizer.Hash,
            EndOfDocument = _options.AppendEndOfDocument ? _tokenizer.EndOfDocument : null,
        });
        return new TokenizeResult(_options.DatasetPrefix, type, totals, manifest);
    }

    private static long LengthOf(string path)
    {
        using var file = MissingInputException.OpenRead(path, "the text");
        return file.Length;
    }

    private TokenizeProgress Work(IndexedDatasetWriter writer, long inputLength, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, _options.Threads).ConcurrentScheduler;
        var running = new Queue<(TokenizedChunk Chunk, Task Task)>();
        var free = new Stack<TokenizedChunk>();
        var totals = new TokenizeProgress(0, 0, 0, 0, 0, inputLength);
        using var chunks = Chunks(free).GetEnumerator();
        try
        {
            var more = true;
            while (true)
            {
                while (more && running.Count < 2 * _options.Threads)
                {
                    stop.Token.ThrowIfCancellationRequested();
                    more = chunks.MoveNext();
                    if (more)
                    {
                        var chunk = chunks.Current;
                        running.Enqueue((chunk, Task.Factory.StartNew(() => chunk.Run(stop.Token), stop.Token, TaskCreationOptions.None, scheduler)));
                    }
                }

                if (!running.TryPeek(out var first))
                {
                    return totals;
                }

                first.Task.GetAwaiter().GetResult();
                totals = Write(writer, first.Chunk, totals);
                free.Push(running.Dequeue().Chunk);
                _progress?.Invoke(totals);
            }
        }
        finally
        {
            stop.Cancel();
            foreach (var (chunk, task) in running)
            {
                // The first error is on its way to the caller; the others only have to have ended before their buffers go.
                task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait(CancellationToken.None);
                chunk.Dispose();
            }

            foreach (var chunk in free)
            {
                chunk.Dispose();
            }
        }
    }

    private IEnumerable<TokenizedChunk> Chunks(Stack<TokenizedChunk> free)
    {
        long before = 0;
        foreach (var path in _options.Inputs)
        {
            using var reader = new Utf8LineReader(path, _options.ChunkBytes);
            while (true)
            {
                var chunk = free.TryPop(out var used) ? used : new TokenizedChunk(_options, _tokenizer);
                if (!reader.Read(chunk.Lines))
                {
                    free.Push(chunk);
                    break;
                }

                chunk.InputBytes = before + reader.Position;
                yield return chunk;
            }

            before += reader.Length;
        }
    }

    private static TokenizeProgress Write(IndexedDatasetWriter writer, TokenizedChunk chunk, TokenizeProgress totals)
    {
        for (var i = 0; i < chunk.Documents; i++)
        {
            writer.AddDocument(chunk[i]);
        }

        return totals with
        {
            Documents = writer.Documents,
            EmptyDocuments = totals.EmptyDocuments + chunk.Empty,
            Tokens = writer.Tokens,
            TextBytes = totals.TextBytes + chunk.TextBytes,
            InputBytes = chunk.InputBytes,
        };
    }
}
