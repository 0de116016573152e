using Meditron.Bench;

// One sub-command for each question; bench/*.sh and docs/performance.md say how they are run.
return args switch
{
    ["train", .. var rest] => ThroughputBench.Run(rest),
    ["kernels", .. var rest] => KernelBench.Run(rest),
    ["collectives", "member", .. var rest] => CollectiveBench.Member(rest),
    ["collectives", .. var rest] => CollectiveBench.Run(rest),
    ["parallel", "member", .. var rest] => ParallelBench.Member(rest),
    ["parallel", .. var rest] => ParallelBench.Run(rest),
    ["reduction", "member", .. var rest] => ReductionBench.Member(rest),
    ["reduction", .. var rest] => ReductionBench.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Meditron.Bench train [--dtype fp32|bf16] [--threads N] [--steps N] [shape flags as the peer's llama.py has them]");
    Console.Error.WriteLine("       Meditron.Bench kernels [--dtype fp32|bf16] [--threads N] [--composed yes|no] [--only TEXT]");
    Console.Error.WriteLine("       Meditron.Bench collectives [--ranks N] [--transport shm|tcp] [--sizes BYTES,...] [--chunk BYTES] [--only all_reduce]");
    Console.Error.WriteLine("       Meditron.Bench parallel [--data N] [--pipeline N] [--tensor N] [--micro-batches N] [--batch N] [--threads N] [--schedule GPipe|OneForwardOneBackward]");
    Console.Error.WriteLine("                               [--backend host|gloo] [--dtype fp32|bf16] [--steps N] [--warm N] [--save-every N --folder FOLDER] [--weights FILE] [shape flags]");
    Console.Error.WriteLine("       Meditron.Bench reduction --data N [--micro-batches N] [--batch N] [--threads N] [--backend host|gloo] [--dtype fp32|bf16] [shape flags]");
    return 2;
}
