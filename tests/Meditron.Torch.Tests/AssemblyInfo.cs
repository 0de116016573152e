// The counters of memory and of tensors are the process's: tests that read them must not run beside others.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
