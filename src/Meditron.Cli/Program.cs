using Meditron.Cli;

OpenMp.BoundSpinning();
return CommandLine.Run(args);
