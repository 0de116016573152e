namespace Meditron.Cli.Shell;

/// <summary>Keeps the words for a node apart from the options of <c>meditron cmd</c>, which look alike.</summary>
internal static class CmdArguments
{
    private static readonly string[] WithValue = ["--secret-file", "--config", "-f"];

    /// <summary>Puts <c>--</c> before the first word that is no option of <c>meditron cmd</c>: what follows is the node's business.</summary>
    public static string[] Separate(string[] args)
    {
        if (args is not ["cmd", ..])
        {
            return args;
        }

        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] == "--")
            {
                return args;
            }

            if (!args[i].StartsWith('-'))
            {
                return [.. args[..i], "--", .. args[i..]];
            }

            if (WithValue.Contains(args[i]))
            {
                i++;
            }
        }

        return args;
    }
}
