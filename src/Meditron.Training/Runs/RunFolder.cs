namespace Meditron.Training.Runs;

/// <summary>The paths of one run: <c>runs/NAME/</c> and what lies in it.</summary>
/// <param name="Path">The run's folder.</param>
public sealed record RunFolder(string Path)
{
    /// <summary>The resolved configuration.</summary>
    public string Configuration => System.IO.Path.Combine(Path, "config.conf");

    /// <summary>One JSON line for each logged step.</summary>
    public string Metrics => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>One JSON line for each thing that happened: start, resume, checkpoint, skipped step, end.</summary>
    public string Events => System.IO.Path.Combine(Path, "events.jsonl");

    /// <summary>Checkpoints, one folder each.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>Tokenizer, tokenized data and index caches, where the configuration names no other place.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>A file for each process of the run that is there now.</summary>
    public string Nodes => System.IO.Path.Combine(Path, "nodes");

    /// <summary>Logs of the run's processes.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");

    /// <summary>The loss curve.</summary>
    public string LossChart => System.IO.Path.Combine(Path, "loss.svg");

    /// <summary>Creates the folder.</summary>
    public void Create() => Directory.CreateDirectory(Path);
}
