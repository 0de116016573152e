// The state of one operation of a host group between start and end.
#pragma once
#include <atomic>
#include <vector>

#include "group.h"

namespace meditron::groups {

class HostGroup;

// What goes to and comes from one peer in a collective. Phase 0 carries members' own data, phase 1 what its owner has reduced.
struct Exchange {
  const char* out = nullptr;
  int64_t out_bytes = 0;
  int64_t out_sent = 0;
  bool out_done = true;
  char* in = nullptr;  // null where the chunks are reduced instead of copied
  int64_t in_bytes = 0;
  int64_t in_got = 0;
  bool in_done = true;
  const char* ready = nullptr;  // the payload of the next chunk to reduce
  int64_t shared_sent = 0;      // phase 1, of this member's reduced shard
  char* shared_in = nullptr;    // phase 1, of the peer's
  int64_t shared_bytes = 0;
  int64_t shared_got = 0;
};

class Operation final : public Work {
 public:
  explicit Operation(HostGroup* group);

  bool done() const override { return state_.load(std::memory_order_acquire) != 0; }
  bool wait(int64_t until) override;
  void on_complete(Completion callback, void* context) override;
  const Failure* failure() const override { return done() && failure_.reason != Reason::none ? &failure_ : nullptr; }
  void release() override;

  // Throws where it failed.
  void check() const;
  // Sleeps until it has ended or the time has come.
  void park(int64_t until);
  // Ends it; null for success. Only by the thread that drives the group.
  void finish(const Failure* failure);
  // "all_reduce #12 (1024 Float32)".
  std::string describe() const;

  Operation* next = nullptr;  // in whichever list it is
  Call call;
  uint64_t sequence = 0;
  int64_t deadline = 0;
  bool begun = false;

  // Collectives.
  std::vector<Exchange> peers;      // by rank; this member's own entry is unused
  std::vector<const void*> sources; // of one reduction
  std::vector<uint64_t> sums;
  std::vector<uint64_t*> sum_places;
  std::vector<int64_t> splits;      // copies of the caller's: input then output
  bool reducing = false;
  bool direct = false;              // everybody reduces everything
  const char* region_in = nullptr;  // this member's part of what it reduces
  char* region_out = nullptr;
  int64_t region_elements = 0;
  int64_t region_done = 0;          // elements
  bool region_finished = true;
  bool sharing = false;             // phase 1 follows
  uint64_t elements = 0;            // of the operation, as the headers say it
  // Point to point: bytes sent or received.
  int64_t moved = 0;

 private:
  friend class HostGroup;

  HostGroup* group_;
  std::atomic<uint32_t> state_{0};  // 1: ended
  std::atomic<uint32_t> waiters_{0};
  std::atomic<int> references_{0};
  std::atomic_flag callback_lock_ = ATOMIC_FLAG_INIT;
  Completion callback_ = nullptr;
  void* callback_context_ = nullptr;
  Failure failure_;
};

}  // namespace meditron::groups
