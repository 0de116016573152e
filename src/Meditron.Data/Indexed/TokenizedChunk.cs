using System.Buffers;
using Meditron.Data.Text;
using Meditron.Data.Tokenization;

namespace Meditron.Data.Indexed;

/// <summary>One piece of work of tokenizing: some lines, and their documents' tokens; used again and again.</summary>
internal sealed class TokenizedChunk : IDisposable
{
    private readonly JsonField _field;
    private readonly ITokenizer _tokenizer;
    private readonly bool _appendEndOfDocument;
    private readonly ArrayBufferWriter<byte> _text = new(1 << 16);
    private readonly ArrayBufferWriter<int> _tokens = new(1 << 16);
    private readonly List<int> _ends = [];

    /// <summary>Creates an empty piece of work.</summary>
    public TokenizedChunk(TokenizeOptions options, ITokenizer tokenizer)
    {
        _field = new JsonField(options.Fields, options.Separator);
        _tokenizer = tokenizer;
        _appendEndOfDocument = options.AppendEndOfDocument;
    }

    /// <summary>The lines.</summary>
    public LineChunk Lines { get; } = new();

    /// <summary>Bytes of the input on disk that were read when the lines were.</summary>
    public long InputBytes { get; set; }

    /// <summary>Bytes of the documents' text.</summary>
    public long TextBytes { get; private set; }

    /// <summary>Documents without any text.</summary>
    public int Empty { get; private set; }

    /// <summary>How many documents have tokens.</summary>
    public int Documents => _ends.Count;

    /// <summary>The tokens of a document.</summary>
    public ReadOnlySpan<int> this[int document] => _tokens.WrittenSpan[(document == 0 ? 0 : _ends[document - 1]).._ends[document]];

    /// <summary>Tokenizes the lines.</summary>
    public void Run(CancellationToken cancellation)
    {
        _tokens.ResetWrittenCount();
        _ends.Clear();
        TextBytes = 0;
        Empty = 0;
        for (var i = 0; i < Lines.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            _text.ResetWrittenCount();
            if (!_field.Extract(Lines[i], _text, Lines.File, Lines.FirstLine + i))
            {
                continue;
            }

            var before = _tokens.WrittenCount;
            TextBytes += _text.WrittenCount;
            _tokenizer.Encode(_text.WrittenSpan, _tokens);
            if (_tokens.WrittenCount == before)
            {
                Empty++;
                continue;
            }

            if (_appendEndOfDocument)
            {
                _tokens.GetSpan(1)[0] = _tokenizer.EndOfDocument;
                _tokens.Advance(1);
            }

            _ends.Add(_tokens.WrittenCount);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Lines.Dispose();
}
