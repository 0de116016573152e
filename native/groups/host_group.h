// The project's own process group: shared memory within a machine, TCP across, every chunk checked, one order of reduction.
//
// Operations wait in lists: one for collectives, one for each peer's sends, one for each peer's receives. Whoever holds the driver's role moves
// all of them on, a chunk at a time and without ever blocking (pass()). A caller that waits takes the role where it is free; otherwise the group's
// own thread has it as long as operations are pending. That thread also listens to the control connections, so that a peer's end is known at once.
#pragma once
#include <poll.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "description.h"
#include "inbox.h"
#include "operation.h"
#include "shm_lane.h"
#include "system.h"
#include "tcp_lane.h"

namespace meditron::groups {

struct HostOptions {
  int64_t spin = 0;   // nanoseconds that a waiting thread looks for chunks before it sleeps
  int64_t yield = 0;  // of those, spent giving the processor to others between looks: where there are more members than processors
};

// The connection to another member.
struct Peer {
  int rank = -1;
  bool shared = false;
  Descriptor control;
  std::mutex control_lock;             // of writing
  std::string control_in;              // received and not yet a whole message
  std::atomic<bool> gone{false};       // it said farewell, or its control connection ended
  std::atomic<bool> lost{false};       // ... without a farewell
  Mapping inbox;                       // its, where shared
  Descriptor event;                    // wakes it
  std::unique_ptr<SendLane> send[kLanesPerPeer];
  std::unique_ptr<ReceiveLane> receive[kLanesPerPeer];
  TcpSendLane* tcp_send[kLanesPerPeer] = {nullptr, nullptr};        // the same, where over TCP
  TcpReceiveLane* tcp_receive[kLanesPerPeer] = {nullptr, nullptr};
  std::atomic<int64_t> corrupt_next{-1};  // the bit of its header and payload that changes in the next chunk

  Operation* sends = nullptr;  // pending, oldest first
  Operation* sends_last = nullptr;
  Operation* receives = nullptr;
  Operation* receives_last = nullptr;
  Operation* receiving = nullptr;  // the one of them whose message has begun
  uint64_t send_sequence = 0;
  uint64_t receive_sequence = 0;
};

class HostGroup final : public Group {
 public:
  HostGroup(std::string name, uint64_t generation, int rank, int size, int64_t chunk_bytes, HostOptions options);

  // Set up by the connection; start() begins to listen.
  Peer& peer(int rank) { return *peers_[rank]; }
  Mapping inbox;
  Descriptor data_event;
  void run();

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  bool host_memory() const override { return true; }
  Work* start(const Call& call, bool wait) override;
  void abort(const std::string& why) override;
  void on_failure(Completion callback, void* context) override;
  const Failure* failure() const override { return failed_.load(std::memory_order_acquire) ? &failure_ : nullptr; }
  const char* transport(int peer) const override;
  void corrupt_next(int peer, int64_t bit) override;
  void lose_next(int peer, bool message) override;
  void close() override;
  void release() override;

  // For backends that stand on this group: refusing calls that make no sense, filling in what each rank gives and gets (twice `size` counts),
  // failing all members, and short messages to them, which are heard in order on the group's own thread.
  void require(const Call& call) const;
  void make_splits(const Call& call, std::vector<int64_t>& splits) const;
  void fail_group(Failure failure, bool told_by_peer = false);
  void publish(const std::string& message, int64_t deadline);
  void on_message(std::function<void(const std::string& message)> handler);

  bool wait(Operation& operation, int64_t until);
  void reference() { references_.fetch_add(1, std::memory_order_relaxed); }
  void unreference();
  void recycle(Operation* operation);
  std::string describe(const Operation& operation) const;
  // " in group 'dp' of generation 3 on rank 1 of 4".
  std::string where() const;

 private:
  enum Role : int { kFree, kCaller, kWorker, kWorkerAsleep };

  ~HostGroup() override;

  // Roles and sleeping (host_group.cpp).
  bool take_role();
  void leave_role();
  void drive(const Operation* until_done, int64_t until);
  void sleep_for_data(int64_t until);
  void work();
  Operation* rent();

  // Progress: only with the role (progress.cpp).
  bool pass();
  bool try_pass();
  void accept_started();
  void finish(Operation* operation, const Failure* failure);
  void finish_all();
  template <typename Visit>
  void for_each_pending(Visit visit) const;
  // A member that was itself stopped for a while hears what the others made of it before it blames one of them.
  void check_deadlines();
  // Called when nothing moves: fails the group if what is pending needs a member that has ended.
  void blame_the_gone();
  std::string waiting_for(const Operation& operation, int* first_peer) const;
  int64_t next_deadline() const;

  // collective.cpp
  void plan(Operation& operation);
  bool step_collective(Operation& operation);
  bool send_collective(Operation& operation, int peer);
  bool receive_collective(Operation& operation, int peer);
  bool reduce_next(Operation& operation);
  void check_header(const Operation& operation, const ChunkHeader& header, int peer) const;
  bool complete(const Operation& operation) const;

  // point_to_point.cpp
  bool step_send(Peer& peer);
  bool step_receive(Peer& peer);
  void check_message(const Operation& operation, const ChunkHeader& header, int peer) const;

  // control.cpp
  static constexpr int kTellFarewell = 0;
  static constexpr int kTellFailure = 1;
  static constexpr int kTellMessage = 2;
  void tell(Peer& peer, int type, const Failure& failure);
  void tell_all(int type, const Failure& failure);
  void hear(Peer& peer);

  const Chunk* look(Peer& peer, LaneKind lane);
  void verify(int peer, const Operation& operation, const ChunkHeader& header, uint64_t payload_checksum) const;
  int poll_data(pollfd* items) const;

  const std::string name_;
  const uint64_t generation_;
  const int rank_;
  const int size_;
  const int64_t chunk_bytes_;
  const HostOptions options_;
  std::vector<std::unique_ptr<Peer>> peers_;  // by rank; null for this member
  bool over_tcp_ = false;

  std::atomic<int> role_{kFree};
  // Of whoever has the role: when deadlines were looked at last, and until when the others are heard before one counts.
  int64_t looked_ = 0;
  int64_t hearing_until_ = 0;
  std::atomic<Operation*> started_{nullptr};  // newest first
  std::atomic<int64_t> pending_{0};
  Operation* collectives_ = nullptr;
  Operation* collectives_last_ = nullptr;
  uint64_t collective_sequence_ = 0;

  std::mutex failure_lock_;
  std::atomic<bool> failed_{false};
  Failure failure_;
  Completion failure_callback_ = nullptr;
  void* failure_context_ = nullptr;

  std::mutex message_lock_;
  std::function<void(const std::string& message)> message_handler_;
  std::vector<std::string> unheard_;  // before there was a handler

  std::mutex pool_lock_;
  std::vector<Operation*> pool_;
  std::atomic<bool> closed_{false};
  std::atomic<int> references_{1};

  Descriptor worker_event_;
  std::vector<pollfd> caller_polls_;
  std::vector<pollfd> worker_polls_;
  std::atomic<bool> stopping_{false};
  std::thread worker_;
};

}  // namespace meditron::groups
