namespace Meditron.Cmd.Wire;

/// <summary>Turns palettes into what goes over the wire, and back on the client.</summary>
internal static class PaletteInfos
{
    public static PaletteInfo ToInfo(CommandPalette palette)
    {
        var info = new PaletteInfo { Name = palette.ModuleName, Description = palette.Description };
        foreach (var command in palette.Commands)
        {
            var commandInfo = new CommandInfo { Name = command.Name, Description = command.Description, Streams = command.Streams };
            foreach (var argument in command.Arguments)
            {
                commandInfo.Arguments.Add(new ArgumentInfo
                {
                    Name = argument.Name,
                    Description = argument.Description,
                    Mandatory = argument.IsMandatory,
                    Flag = argument.IsFlag,
                    Switches = { argument.Switch },
                    Values = { argument.DefaultValues },
                });
            }

            info.Commands.Add(commandInfo);
        }

        return info;
    }

    /// <exception cref="FrameException">They are no palettes.</exception>
    public static CommandPalette FromInfo(PaletteInfo info)
    {
        try
        {
            return new CommandPalette(info.Name, info.Description, info.Commands.Select(FromInfo));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new FrameException($"the node describes its commands wrongly: {e.Message}", e);
        }
    }

    private static CommandDefinition FromInfo(CommandInfo info)
    {
        var builder = new CommandDefinitionBuilder().WithName(info.Name).WithDescription(info.Description);
        foreach (var argument in info.Arguments)
        {
            builder.WithArgument(made =>
            {
                made.WithName(argument.Name).WithDescription(argument.Description).IsMandatory(argument.Mandatory).WithDefaultValues([.. argument.Values]);
                foreach (var text in argument.Switches)
                {
                    made.WithSwitch(text);
                }

                return argument.Flag ? made.WithoutValue() : made;
            });
        }

        return (info.Streams ? builder.WithStreaming() : builder).Build();
    }
}
