using Meditron.Cli;

return CommandLine.Run(args);
