using Meditron.Torch.Distributed;

namespace Meditron.Torch.Tests.Distributed;

/// <summary>How groups fail, with members that are threads; ProcessTests has those that need processes.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<bool> Transports => new(true, false);

    [Theory]
    [MemberData(nameof(Transports))]
    public void Abort_ends_every_pending_wait_on_every_member(bool shared)
    {
        var groups = LocalGroup.Connect(3, shared);
        var waiting = new CountdownEvent(6);
        var failures = new List<CommunicationException>();
        void Expect(Action wait)
        {
            var e = Assert.Throws<CommunicationException>(wait);
            lock (failures)
            {
                failures.Add(e);
            }
        }

        // Each member waits for a receive that nobody sends, in two threads; one of them drives the group and the other does not.
        var threads = Enumerable.Range(0, 6).Select(i => new Thread(() =>
        {
            using var own = torch.NewDisposeScope();
            var group = groups[i / 2];
            using var work = group.recv(torch.zeros(4), (group.Rank + 1) % 3, tag: i, async_op: true);
            waiting.Signal();
            Expect(() => work.Wait());
        })).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        Assert.True(waiting.Wait(LocalGroup.Deadline));
        groups[1].Abort("generation 2 begins");
        Assert.All(threads, thread => Assert.True(thread.Join(LocalGroup.Deadline / 2), "A wait outlived the abort."));
        Assert.Equal(6, failures.Count);
        Assert.All(failures, e =>
        {
            Assert.Equal((TorchErrorKind.Communication, CommunicationFailure.Aborted, 1), (e.Kind, e.Failure, e.Peer));
            Assert.Contains("generation 2 begins", e.Message, StringComparison.Ordinal);
            Assert.Contains("recv #", e.Message, StringComparison.Ordinal);
            Assert.Contains("in group 'test' of generation 1 on rank", e.Message, StringComparison.Ordinal);
        });
        foreach (var group in groups)
        {
            var e = Assert.Throws<CommunicationException>(() => group.barrier());
            Assert.Contains("barrier cannot start: the group has failed", e.Message, StringComparison.Ordinal);
            Assert.Equal(CommunicationFailure.Aborted, group.Failure!.Failure);
            group.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public void An_operation_past_its_deadline_names_whom_it_waits_for(bool shared)
    {
        var groups = LocalGroup.Connect(3, shared);
        using var together = new Barrier(2);
        LocalGroup.RunAll(groups, group =>
        {
            if (group.Rank == 2)
            {
                // It never comes; the others tell it why the group has failed.
                using var failed = new ManualResetEventSlim();
                group.OnFailure(e =>
                {
                    Assert.Equal((CommunicationFailure.Deadline, 2), (e.Failure, e.Peer));
                    failed.Set();
                });
                Assert.True(failed.Wait(LocalGroup.Deadline));
                return;
            }

            // Neither of the two may be late enough to be the one that is waited for.
            Assert.True(together.SignalAndWait(LocalGroup.Deadline));
            var e = Assert.Throws<CommunicationException>(() => group.all_reduce(torch.ones(1000), timeout: TimeSpan.FromSeconds(3)));
            Assert.Equal((TorchErrorKind.Communication, CommunicationFailure.Deadline, 2), (e.Kind, e.Failure, e.Peer));
            Assert.Contains("0 of 4000 bytes came from rank 2", e.Message, StringComparison.Ordinal);
        });
        foreach (var group in groups)
        {
            group.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public void A_pending_operation_fails_at_its_deadline_without_anybody_waiting(bool shared) => LocalGroup.Run(2, shared, group =>
    {
        if (group.Rank == 0)
        {
            using var work = group.recv(torch.zeros(1), 1, async_op: true, timeout: TimeSpan.FromMilliseconds(100));
            var failed = new TaskCompletionSource<CommunicationException>();
            work.OnCompleted(e => failed.SetResult(e!));
            Assert.True(failed.Task.Wait(LocalGroup.Deadline));
            Assert.Equal(CommunicationFailure.Deadline, failed.Task.Result.Failure);
        }
        else
        {
            Assert.Throws<CommunicationException>(() => group.barrier());
        }
    });

    [Theory]
    [MemberData(nameof(Transports))]
    public void A_damaged_chunk_is_noticed_and_its_sender_named(bool shared)
    {
        foreach (var operation in new Action<ProcessGroup>[]
        {
            group => group.all_reduce(torch.ones(100)),
            group => group.all_reduce(torch.ones(1_000_000)),
            group => group.all_gather(torch.ones(300), torch.ones(100)),
            group =>
            {
                using var send = group.send(torch.ones(77), (group.Rank + 1) % 3, async_op: true);
                group.recv(torch.ones(77), (group.Rank + 2) % 3);
                group.barrier();
            },
        })
        {
            var groups = LocalGroup.Connect(3, shared);
            groups[0].CorruptNext(2);
            LocalGroup.RunAll(groups, group =>
            {
                var e = Assert.Throws<CommunicationException>(() =>
                {
                    operation(group);
                    group.barrier();
                });
                Assert.Equal((TorchErrorKind.Communication, CommunicationFailure.Corrupt, 2), (e.Kind, e.Failure, e.Peer));
                Assert.Contains("from rank 2 fail their checksum", e.Message, StringComparison.Ordinal);
            });
            foreach (var group in groups)
            {
                group.Dispose();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public void A_lost_chunk_is_missed_as_soon_as_the_next_one_comes(bool shared)
    {
        foreach (var (message, operation) in new (bool, Action<ProcessGroup>)[]
        {
            (false, group => group.all_reduce(torch.ones(100))),
            (false, group => group.all_reduce(torch.ones(1_000_000))),
            (false, group => group.all_gather(torch.ones(2_000_000), torch.ones(1_000_000))),
            (true, group => Exchange(group, 3)),
            (true, group => Exchange(group, 1_000_000)),
        })
        {
            var groups = LocalGroup.Connect(2, shared);
            groups[1].LoseNext(0, message);
            LocalGroup.RunAll(groups, group =>
            {
                var e = Assert.Throws<CommunicationException>(() =>
                {
                    // Whoever has sent what is lost has no reason to wait, and goes on to the next one.
                    operation(group);
                    operation(group);
                });
                Assert.Equal((CommunicationFailure.Corrupt, 1), (e.Failure, e.Peer));
                Assert.Contains("chunk 1 came from rank 1 where chunk 0 was to come", e.Message, StringComparison.Ordinal);
            });
            foreach (var group in groups)
            {
                group.Dispose();
            }
        }

        static void Exchange(ProcessGroup group, int elements)
        {
            using var send = group.send(torch.ones(elements), 1 - group.Rank, async_op: true);
            group.recv(torch.ones(elements), 1 - group.Rank);
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public void A_lost_chunk_that_none_follows_is_missed_by_the_deadline(bool shared)
    {
        var groups = LocalGroup.Connect(2, shared);
        groups[1].LoseNext(0);
        LocalGroup.RunAll(groups, group =>
        {
            if (group.Rank == 0)
            {
                var e = Assert.Throws<CommunicationException>(() => group.all_reduce(torch.ones(3), timeout: TimeSpan.FromMilliseconds(200)));
                Assert.Equal((CommunicationFailure.Deadline, 1), (e.Failure, e.Peer));
                Assert.Contains("0 of 12 bytes came from rank 1", e.Message, StringComparison.Ordinal);
            }
            else
            {
                group.all_reduce(torch.ones(3));
            }
        });
        foreach (var group in groups)
        {
            group.Dispose();
        }
    }

    [Theory]
    [InlineData(true, 20)]
    [InlineData(false, 20)]
    public void Any_bit_of_a_chunk_that_changes_is_noticed(bool shared, int flips) => FlipBits(shared, flips, seed: 1);

    [Theory]
    [InlineData(true, 1000)]
    [InlineData(false, 1000)]
    [Trait("Category", "Soak")]
    public void Bit_flips_in_chunks(bool shared, int flips) => FlipBits(shared, flips, seed: 2);

    public static TheoryData<string, bool, TorchErrorKind> Mismatches
    {
        get
        {
            var data = new TheoryData<string, bool, TorchErrorKind>();
            foreach (var shared in new[] { true, false })
            {
                data.Add("size", shared, TorchErrorKind.Shape);
                data.Add("small and large size", shared, TorchErrorKind.Shape);
                data.Add("type", shared, TorchErrorKind.Type);
                data.Add("kind", shared, TorchErrorKind.Shape);
                data.Add("root", shared, TorchErrorKind.Shape);
                data.Add("reduction", shared, TorchErrorKind.Shape);
                data.Add("parts", shared, TorchErrorKind.Shape);
                data.Add("message size", shared, TorchErrorKind.Shape);
                data.Add("message type", shared, TorchErrorKind.Type);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Mismatches))]
    public void What_does_not_match_is_refused_at_both_ends(string what, bool shared, TorchErrorKind kind)
    {
        var groups = LocalGroup.Connect(2, shared);
        LocalGroup.RunAll(groups, group =>
        {
            var zero = group.Rank == 0;
            var e = Assert.Throws<CommunicationException>(() =>
            {
                switch (what)
                {
                    case "size":
                        group.all_reduce(torch.ones(zero ? 10 : 12));
                        break;
                    case "small and large size":
                        group.all_reduce(torch.ones(zero ? 10 : 100_000));
                        break;
                    case "type":
                        group.all_reduce(torch.ones([10], zero ? torch.float32 : torch.int32));
                        break;
                    case "kind":
                        _ = zero ? group.all_reduce(torch.ones(10)) : group.broadcast(torch.ones(10), 0);
                        break;
                    case "root":
                        group.broadcast(torch.ones(10), zero ? 0 : 1);
                        break;
                    case "reduction":
                        group.all_reduce(torch.ones(10), zero ? ReduceOp.Sum : ReduceOp.Max);
                        break;
                    case "parts":
                        group.all_to_all(torch.ones(4), torch.ones(4), zero ? [1, 3] : [2, 2], zero ? [1, 3] : [2, 2]);
                        break;
                    case "message size":
                        _ = zero ? group.send(torch.ones(10), 1) : group.recv(torch.ones(12), 0);
                        break;
                    default:
                        _ = zero ? group.send(torch.ones(10), 1) : group.recv(torch.ones([10], torch.int32), 0);
                        break;
                }

                // Where this end had all it needed, it learns of the other's refusal here.
                group.barrier();
                group.barrier();
            });
            Assert.True(kind == e.Kind, e.Message);
        });
        foreach (var group in groups)
        {
            group.Dispose();
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused_before_anything_is_sent_and_leave_the_group_sound() => LocalGroup.Run(2, shared: true, group =>
    {
        void Refused(TorchErrorKind kind, Action call)
        {
            var e = Assert.ThrowsAny<TorchException>(call);
            Assert.True(kind == e.Kind, e.Message);
        }

        Refused(TorchErrorKind.Type, () => group.all_reduce(torch.ones([3], torch.float64)));
        Refused(TorchErrorKind.Type, () => group.all_reduce(torch.ones([3], torch.int64), ReduceOp.Avg));
        Refused(TorchErrorKind.Type, () => group.all_gather(torch.ones([6], torch.int64), torch.ones(3)));
        Refused(TorchErrorKind.Shape, () => group.all_reduce(torch.ones(4, 4).t()));
        Refused(TorchErrorKind.Shape, () => group.all_gather(torch.ones(7), torch.ones(3)));
        Refused(TorchErrorKind.Shape, () => group.all_gather(torch.ones(7), torch.ones(3), splits: [3, 5]));
        Refused(TorchErrorKind.Shape, () => group.all_gather(torch.ones(8), torch.ones(2), splits: [3, 5]));
        Refused(TorchErrorKind.Shape, () => group.all_gather(torch.ones(6), torch.ones(3), splits: [3, 3, 0]));
        Refused(TorchErrorKind.Shape, () => group.reduce_scatter(torch.ones(3), torch.ones(7)));
        Refused(TorchErrorKind.Shape, () => group.all_to_all(torch.ones(7), torch.ones(7)));
        Refused(TorchErrorKind.Shape, () => group.broadcast(torch.ones(3), 2));
        Refused(TorchErrorKind.Shape, () => group.send(torch.ones(3), group.Rank));
        Refused(TorchErrorKind.Shape, () => group.recv(torch.ones(3), -1));
        Refused(TorchErrorKind.Shape, () => group.barrier(timeout: TimeSpan.Zero));
        var whole = torch.ones(6);
        Refused(TorchErrorKind.Shape, () => group.all_gather(whole, whole.narrow(0, group.Rank == 0 ? 1 : 0, 3)));
        Refused(TorchErrorKind.Shape, () => group.reduce_scatter(whole.narrow(0, group.Rank == 0 ? 2 : 0, 3), whole));
        Assert.Null(group.Failure);
        var sum = torch.ones(3);
        group.all_reduce(sum);
        Assert.Equal(2f, sum.data<float>()[2]);
    });

    [Fact]
    public void A_group_that_is_disposed_ends_what_is_pending()
    {
        var groups = LocalGroup.Connect(2, shared: true);
        var works = groups.Select(group => group.recv(torch.zeros(1), 1 - group.Rank, async_op: true)).ToArray();
        groups[0].Dispose();
        var e = Assert.Throws<CommunicationException>(() => works[0].Wait());
        Assert.Equal((CommunicationFailure.Closed, 0), (e.Failure, e.Peer));
        e = Assert.Throws<CommunicationException>(() => works[1].Wait());
        Assert.Equal((CommunicationFailure.Closed, 0), (e.Failure, e.Peer));
        groups[1].Dispose();
        works[1].Dispose();
        Assert.Throws<ObjectDisposedException>(() => groups[1].barrier());
    }

    /// <summary>Sums over two ranks, each time with one bit of what arrives at the first changed: it must not come to a result there.</summary>
    private static void FlipBits(bool shared, int flips, int seed)
    {
        var random = new Random(seed);
        for (var flip = 0; flip < flips; flip++)
        {
            var groups = LocalGroup.Connect(2, shared);
            groups[0].CorruptNext(1, random.NextInt64(0, long.MaxValue));
            LocalGroup.RunAll(groups, group =>
            {
                try
                {
                    group.all_reduce(torch.ones(500));
                    group.barrier();
                    Assert.NotEqual(0, group.Rank);
                }
                catch (TorchException)
                {
                    // Noticed: by the checksum, or because what the header said made no sense.
                }
            });
            foreach (var group in groups)
            {
                group.Dispose();
            }
        }
    }
}
