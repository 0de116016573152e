using System.CommandLine;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron data</c>: everything that is done to data before training.</summary>
internal static class DataCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create()
    {
        var command = new Command("data", "Curate a corpus, train a tokenizer, tokenize text, look into tokenized data.");
        command.Subcommands.Add(DataCurateCommand.Create());
        command.Subcommands.Add(DataTrainTokenizerCommand.Create());
        command.Subcommands.Add(DataTokenizeCommand.Create());
        command.Subcommands.Add(DataInstructCommand.Create());
        command.Subcommands.Add(DataInspectCommand.Create());
        command.OnRunHelp();
        return command;
    }

    /// <summary>The argument for text files.</summary>
    public static Argument<string[]> Inputs() => new("INPUT") { Description = "JSON Lines files, plain or .gz; globs in quotes are expanded.", Arity = ArgumentArity.OneOrMore };

    /// <summary>The option for the fields that hold the text.</summary>
    public static Option<string[]> Fields() => new("--field") { Description = "Field that holds the text; several are joined by line breaks.", HelpName = "NAME", DefaultValueFactory = _ => ["text"] };
}
