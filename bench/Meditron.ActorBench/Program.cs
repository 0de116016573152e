using Meditron.ActorBench;

// One sub-command for each question; docs/performance.md says how they are run.
return args switch
{
    ["local", .. var rest] => await LocalBench.Run(rest),
    ["remote", .. var rest] => await RemoteBench.Run(rest),
    ["cluster", .. var rest] => await ClusterBench.Run(rest),
    ["persist", .. var rest] => await PersistBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Meditron.ActorBench local [tell|ask|idle|restart] [--throughput N]");
    Console.Error.WriteLine("       Meditron.ActorBench remote [--runs N] [--messages N] [--round-trips N] [--processes]");
    Console.Error.WriteLine("       Meditron.ActorBench cluster [form|failover] [recommended|defaults] [--runs N]");
    Console.Error.WriteLine("       Meditron.ActorBench persist [memory|sqlite|postgres] [--runs N] [--events N] [--actors N]");
    return 2;
}
