// Starting, waiting, roles, failing and closing.
#include "host_group.h"

#include <sched.h>

#include <algorithm>

namespace meditron::groups {

namespace {

// No sleep is longer than this, so that deadlines are kept and a lost wake-up could only cost time.
constexpr int64_t kLongestSleep = 50 * kMillisecond;
// The group's own thread shares the processor with computation: it looks for this long at most before it sleeps.
constexpr int64_t kWorkerSpin = 5000;
constexpr int64_t kControlInterval = 10 * kMillisecond;

// Set while this thread drives a group: a completion callback runs then, and may not wait.
thread_local const HostGroup* driving = nullptr;

void poll_until(std::vector<pollfd>& items, size_t count, int64_t until) {
  const int64_t left = std::max<int64_t>(0, until - now());
  const timespec time{left / kSecond, left % kSecond};
  ::ppoll(items.data(), count, &time, nullptr);
}

}  // namespace

HostGroup::HostGroup(std::string name, uint64_t generation, int rank, int size, int64_t chunk_bytes, HostOptions options)
    : data_event(make_event()), name_(std::move(name)), generation_(generation), rank_(rank), size_(size), chunk_bytes_(chunk_bytes), options_(options), worker_event_(make_event()) {
  peers_.resize(size);
  for (int p = 0; p < size; p++) {
    if (p == rank) continue;
    peers_[p] = std::make_unique<Peer>();
    peers_[p]->rank = p;
  }
}

void HostGroup::run() {
  worker_polls_.push_back({worker_event_.get(), POLLIN, 0});
  for (auto& peer : peers_) {
    if (peer) worker_polls_.push_back({peer->control.get(), POLLIN, 0});
  }
  for (auto& peer : peers_) {
    if (peer && !peer->shared) over_tcp_ = true;
  }
  const size_t most = 1 + static_cast<size_t>(size_) * kLanesPerPeer;
  caller_polls_.resize(most);
  worker_polls_.resize(worker_polls_.size() + most);
  worker_ = std::thread([this] { work(); });
}

HostGroup::~HostGroup() {
  for (Operation* operation : pool_) delete operation;
}

void HostGroup::unreference() {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

Operation* HostGroup::rent() {
  Operation* operation = nullptr;
  {
    std::lock_guard<std::mutex> hold(pool_lock_);
    if (!pool_.empty()) {
      operation = pool_.back();
      pool_.pop_back();
    }
  }
  if (operation == nullptr) operation = new Operation(this);
  reference();
  operation->state_.store(0, std::memory_order_relaxed);
  operation->references_.store(2, std::memory_order_relaxed);
  operation->next = nullptr;
  operation->begun = false;
  operation->moved = 0;
  operation->sequence = 0;
  operation->failure_ = {};
  operation->callback_ = nullptr;
  return operation;
}

void HostGroup::recycle(Operation* operation) {
  {
    std::lock_guard<std::mutex> hold(pool_lock_);
    pool_.push_back(operation);
  }
  unreference();
}

Work* HostGroup::start(const Call& call, bool wait) {
  Operation* operation = nullptr;
  try {
    require(call);
    if (failed_.load(std::memory_order_acquire)) groups::fail(failure_.reason, failure_.peer, std::string(name_of(call.kind)) + " cannot start: the group has failed: " + failure_.text);
    if (wait && driving == this) groups::fail(Reason::closed, -1, std::string(name_of(call.kind)) + ": a completion callback may not wait for its own group");
    operation = rent();
    operation->call = call;
    make_splits(call, operation->splits);
  } catch (...) {
    if (operation != nullptr) {
      operation->references_.store(1);
      operation->release();
    }
    if (call.release != nullptr) {
      for (void* owner : call.owners) {
        if (owner != nullptr) call.release(owner);
      }
    }
    throw;
  }
  operation->deadline = now() + call.timeout;
  pending_.fetch_add(1);
  operation->next = started_.load(std::memory_order_relaxed);
  while (!started_.compare_exchange_weak(operation->next, operation)) {
  }
  if (!wait) {
    if (take_role()) {
      try_pass();
      leave_role();
    } else if (driving != this) {
      signal_event(worker_event_.get());
    }
    return operation;
  }
  struct Releaser {
    Operation* operation;
    ~Releaser() { operation->release(); }
  } releaser{operation};
  this->wait(*operation, INT64_MAX);
  operation->check();
  return nullptr;
}

bool HostGroup::take_role() {
  int expected = kFree;
  if (!role_.compare_exchange_strong(expected, kCaller)) {
    expected = kWorkerAsleep;
    if (!role_.compare_exchange_strong(expected, kCaller)) return false;
    if (inbox.data() != nullptr) reinterpret_cast<InboxHeader*>(inbox.data())->sleeping.store(0);
  }
  driving = this;
  return true;
}

void HostGroup::leave_role() {
  driving = nullptr;
  role_.store(kFree);
  if (pending_.load() > 0) signal_event(worker_event_.get());
}

bool HostGroup::wait(Operation& operation, int64_t until) {
  if (operation.done()) return true;
  if (driving == this) groups::fail(Reason::closed, -1, "a completion callback may not wait for its own group");
  for (;;) {
    if (take_role()) {
      drive(&operation, until);
      leave_role();
    } else {
      operation.park(std::min(until, now() + 10 * kMillisecond));
    }
    if (operation.done()) return true;
    if (now() >= until) return false;
  }
}

void HostGroup::drive(const Operation* until_done, int64_t until) {
  int64_t idle_since = 0;
  while (!until_done->done()) {
    if (try_pass()) {
      idle_since = 0;
      continue;
    }
    const int64_t time = now();
    if (time >= until) return;
    if (idle_since == 0) idle_since = time;
    if (time - idle_since < options_.spin) {
      pause_cpu();
    } else if (time - idle_since < options_.spin + options_.yield) {
      sched_yield();
    } else {
      sleep_for_data(until);
      idle_since = 0;
    }
  }
}

void HostGroup::sleep_for_data(int64_t until) {
  std::atomic<uint32_t>* sleeping = inbox.data() != nullptr ? &reinterpret_cast<InboxHeader*>(inbox.data())->sleeping : nullptr;
  if (sleeping != nullptr) sleeping->store(1);
  // Once more, since a peer that published before it could see the flag rings no bell.
  if (!try_pass()) {
    blame_the_gone();
    if (!failed_.load(std::memory_order_acquire)) {
      const int count = poll_data(caller_polls_.data());
      poll_until(caller_polls_, count, std::min({until, next_deadline(), now() + kLongestSleep}));
    }
  }
  if (sleeping != nullptr) sleeping->store(0);
  drain_event(data_event.get());
  check_deadlines();
}

int HostGroup::poll_data(pollfd* items) const {
  int count = 0;
  items[count++] = {data_event.get(), POLLIN, 0};
  if (!over_tcp_) return count;
  for (const auto& peer : peers_) {
    if (!peer || peer->shared) continue;
    for (int lane = 0; lane < kLanesPerPeer; lane++) {
      const short wanted = static_cast<short>((peer->tcp_receive[lane]->hungry() ? POLLIN : 0) | (peer->tcp_send[lane]->blocked() ? POLLOUT : 0));
      if (wanted != 0) items[count++] = {peer->tcp_receive[lane]->fd(), wanted, 0};
    }
  }
  return count;
}

void HostGroup::work() {
  const size_t controls = 1 + static_cast<size_t>(size_ - 1);
  std::atomic<uint32_t>* sleeping = inbox.data() != nullptr ? &reinterpret_cast<InboxHeader*>(inbox.data())->sleeping : nullptr;
  const auto listen = [&](size_t count, int64_t until) {
    poll_until(worker_polls_, count, until);
    drain_event(worker_event_.get());
    size_t at = 1;
    for (auto& peer : peers_) {
      if (!peer) continue;
      pollfd& item = worker_polls_[at++];
      if (item.fd >= 0 && item.revents != 0) {
        hear(*peer);
        if (peer->gone.load(std::memory_order_relaxed)) item.fd = -1;
      }
    }
  };
  while (!stopping_.load(std::memory_order_acquire)) {
    int expected = kFree;
    if (pending_.load() == 0 || !role_.compare_exchange_strong(expected, kWorker)) {
      listen(controls, now() + (pending_.load() > 0 ? 10 * kMillisecond : kSecond));
      continue;
    }
    driving = this;
    int64_t idle_since = 0, heard = now();
    bool mine = true;
    while (mine && pending_.load() > 0 && !stopping_.load(std::memory_order_acquire)) {
      const bool moved = try_pass();
      const int64_t time = now();
      if (time - heard > kControlInterval) {
        heard = time;
        listen(controls, 0);
        check_deadlines();
      }
      if (moved) {
        idle_since = 0;
        continue;
      }
      if (idle_since == 0) idle_since = time;
      if (time - idle_since < std::min(options_.spin, kWorkerSpin)) {
        pause_cpu();
        continue;
      }
      idle_since = 0;
      if (sleeping != nullptr) sleeping->store(1);
      if (try_pass()) {
        if (sleeping != nullptr) sleeping->store(0);
        continue;
      }
      blame_the_gone();
      if (failed_.load(std::memory_order_acquire)) continue;
      const int count = poll_data(worker_polls_.data() + controls);
      const int64_t until = std::min(next_deadline(), now() + kLongestSleep);
      role_.store(kWorkerAsleep);
      driving = nullptr;
      listen(controls + count, until);
      expected = kWorkerAsleep;
      mine = role_.compare_exchange_strong(expected, kWorker);
      if (mine) {
        driving = this;
        if (sleeping != nullptr) sleeping->store(0);
        drain_event(data_event.get());
        check_deadlines();
      }
    }
    if (mine) {
      driving = nullptr;
      role_.store(kFree);
    }
  }
}

void HostGroup::fail_group(Failure failure, bool told_by_peer) {
  Completion callback = nullptr;
  {
    std::lock_guard<std::mutex> hold(failure_lock_);
    if (failed_.load(std::memory_order_relaxed)) return;
    failure_ = std::move(failure);
    failed_.store(true, std::memory_order_release);
    callback = std::exchange(failure_callback_, nullptr);
  }
  if (!told_by_peer) tell_all(kTellFailure, failure_);
  signal_event(data_event.get());
  signal_event(worker_event_.get());
  if (callback != nullptr) callback(failure_context_, static_cast<int>(failure_.reason), failure_.peer, failure_.text.c_str());
}

void HostGroup::on_failure(Completion callback, void* context) {
  {
    std::lock_guard<std::mutex> hold(failure_lock_);
    if (!failed_.load(std::memory_order_relaxed)) {
      failure_callback_ = callback;
      failure_context_ = context;
      return;
    }
  }
  callback(context, static_cast<int>(failure_.reason), failure_.peer, failure_.text.c_str());
}

void HostGroup::abort(const std::string& why) { fail_group({Reason::aborted, rank_, "aborted by this rank (" + std::to_string(rank_) + "): " + why}); }

const char* HostGroup::transport(int peer) const { return peer == rank_ ? "own" : peers_[peer]->shared ? "shared memory" : "tcp"; }

void HostGroup::corrupt_next(int peer, int64_t bit) { peers_[peer]->corrupt_next.store(bit); }

void HostGroup::lose_next(int peer, bool message) {
  if (!closed_.load()) peers_[peer]->send[static_cast<int>(message ? LaneKind::point_to_point : LaneKind::collective)]->lose_next();
}

void HostGroup::close() {
  if (closed_.exchange(true)) return;
  if (pending_.load() > 0) fail_group({Reason::closed, rank_, "rank " + std::to_string(rank_) + " left the group before the operation had ended"});
  stopping_.store(true, std::memory_order_release);
  signal_event(worker_event_.get());
  if (worker_.joinable()) worker_.join();
  int expected = kWorkerAsleep;
  role_.compare_exchange_strong(expected, kFree);
  while (!take_role()) sched_yield();
  // What a completion callback has started since.
  if (pending_.load() > 0) fail_group({Reason::closed, rank_, "rank " + std::to_string(rank_) + " left the group before the operation had ended"});
  if (pending_.load() > 0) try_pass();
  driving = nullptr;
  if (!failed_.load(std::memory_order_acquire)) tell_all(kTellFarewell, {});
  {
    // Nothing starts any more, and works that outlive the group see why.
    std::lock_guard<std::mutex> hold(failure_lock_);
    if (!failed_.load(std::memory_order_relaxed)) {
      failure_ = {Reason::closed, rank_, "the group was closed on this rank"};
      failed_.store(true, std::memory_order_release);
    }
    failure_callback_ = nullptr;
  }
  for (auto& peer : peers_) {
    if (!peer) continue;
    for (int lane = 0; lane < kLanesPerPeer; lane++) {
      peer->send[lane].reset();
      peer->receive[lane].reset();
    }
    {
      std::lock_guard<std::mutex> hold(peer->control_lock);
      peer->control.reset();
    }
    peer->event.reset();
    peer->inbox.reset();
  }
  inbox.reset();
  role_.store(kFree);
}

void HostGroup::release() {
  close();
  unreference();
}

}  // namespace meditron::groups
