using Meditron.ActorBench;

// One sub-command for each question; docs/performance.md says how they are run.
return args switch
{
    ["local", .. var rest] => await LocalBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Meditron.ActorBench local [tell|ask|idle|restart] [--throughput N]");
    return 2;
}
