using Meditron.Cmd.Client;
using Meditron.Cmd.Wire;

namespace Meditron.Cli.Jobs;

/// <summary>Gives a job a command of the palette <c>train</c> through the first of its processes that answers.</summary>
internal sealed class JobClient(RunLocation run, CliContext context)
{
    /// <summary>Runs the command.</summary>
    /// <param name="command">A command of the palette <c>train</c>.</param>
    /// <param name="output">Gets the answer.</param>
    /// <param name="nodes">The job's processes, in the order in which they are asked.</param>
    /// <returns>Null where the job has carried it out, else why not.</returns>
    public async Task<string?> Run(string command, Action<string> output, IReadOnlyList<JobNode> nodes)
    {
        string? problem = null;
        foreach (var node in nodes.Where(node => node.Commands is not null))
        {
            try
            {
                var (host, port) = EndPoint(node);
                await using var client = await CommandClient.ConnectAsync(host, port, run.Secret, context.Time, context.Cancellation);
                var outcome = await client.RunAsync(["train", .. command.Split(' ')], output, context.Cancellation);
                if (outcome.Status == Ended.Types.Status.Done)
                {
                    return null;
                }

                problem = outcome.Message;
            }
            catch (CommandClientException e)
            {
                problem ??= $"{node.Name}: {e.Message}";
            }
        }

        return problem ?? "none of its processes serves commands";
    }

    private static (string Host, int Port) EndPoint(JobNode node)
    {
        var end = System.Net.IPEndPoint.Parse(node.Commands!);
        return (node.IsAlive is null && System.Net.IPAddress.IsLoopback(end.Address) ? node.Host : end.Address.ToString(), end.Port);
    }
}
