namespace Meditron.Llama;

/// <summary>A model's sizes do not fit together; the message names the size, its value and what is allowed.</summary>
public sealed class LlamaConfigException(string message) : Exception(message);
