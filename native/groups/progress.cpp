// Moving operations on; everything here runs with the driver's role.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "host_group.h"

namespace meditron::groups {

namespace {

// A member that did not look at its deadlines for this long was stopped, or had no processor; then it hears the others for so long first.
constexpr int64_t kAbsence = 500 * kMillisecond;
constexpr int64_t kHearing = 200 * kMillisecond;

void append(Operation*& first, Operation*& last, Operation* operation) {
  operation->next = nullptr;
  (first == nullptr ? first : last->next) = operation;
  last = operation;
}

std::string progress_of(int64_t done, int64_t total) { return std::to_string(done) + " of " + std::to_string(total) + " bytes"; }

}  // namespace

void HostGroup::accept_started() {
  Operation* newest = started_.load(std::memory_order_relaxed) == nullptr ? nullptr : started_.exchange(nullptr);
  Operation* oldest = nullptr;
  while (newest != nullptr) {
    Operation* next = newest->next;
    newest->next = oldest;
    oldest = newest;
    newest = next;
  }
  while (oldest != nullptr) {
    Operation* operation = oldest;
    oldest = oldest->next;
    if (operation->call.kind == Kind::send) {
      Peer& to = *peers_[operation->call.peer];
      operation->sequence = ++to.send_sequence;
      append(to.sends, to.sends_last, operation);
    } else if (operation->call.kind == Kind::receive) {
      Peer& from = *peers_[operation->call.peer];
      operation->sequence = ++from.receive_sequence;
      append(from.receives, from.receives_last, operation);
    } else {
      operation->sequence = ++collective_sequence_;
      append(collectives_, collectives_last_, operation);
    }
  }
}

void HostGroup::finish(Operation* operation, const Failure* failure) {
  pending_.fetch_sub(1);
  operation->finish(failure);
  operation->release();
}

void HostGroup::finish_all() {
  const auto empty = [this](Operation*& first) {
    Operation* operation = std::exchange(first, nullptr);
    while (operation != nullptr) {
      Operation* next = operation->next;
      finish(operation, &failure_);
      operation = next;
    }
  };
  empty(collectives_);
  for (auto& peer : peers_) {
    if (!peer) continue;
    peer->receiving = nullptr;
    empty(peer->sends);
    empty(peer->receives);
  }
}

bool HostGroup::pass() {
  accept_started();
  if (failed_.load(std::memory_order_acquire)) {
    const bool any = pending_.load() > 0;
    finish_all();
    return any;
  }
  bool moved = false;
  if (collectives_ != nullptr) {
    Operation* operation = collectives_;
    moved = step_collective(*operation);
    if (complete(*operation)) {
      collectives_ = operation->next;
      finish(operation, nullptr);
      moved = true;
    }
  }
  for (auto& peer : peers_) {
    if (!peer) continue;
    if (peer->sends != nullptr) moved |= step_send(*peer);
    if (peer->receives != nullptr) moved |= step_receive(*peer);
  }
  return moved;
}

bool HostGroup::try_pass() {
  try {
    return pass();
  } catch (const GroupError& e) {
    fail_group({e.reason, e.peer, e.what()});
  } catch (const std::exception& e) {
    fail_group({Reason::system, rank_, e.what()});
  }
  accept_started();
  finish_all();
  return true;
}

template <typename Visit>
void HostGroup::for_each_pending(Visit visit) const {
  const auto list = [&](const Operation* first) {
    for (; first != nullptr; first = first->next) visit(*first);
  };
  list(collectives_);
  for (const auto& peer : peers_) {
    if (!peer) continue;
    list(peer->sends);
    list(peer->receives);
  }
}

int64_t HostGroup::next_deadline() const {
  int64_t soonest = INT64_MAX;
  for_each_pending([&](const Operation& operation) { soonest = std::min(soonest, operation.deadline); });
  return std::max(soonest, hearing_until_);
}

void HostGroup::check_deadlines() {
  const int64_t time = now();
  const bool was_away = time - std::exchange(looked_, time) > kAbsence;
  if (next_deadline() > time) return;
  if (was_away) {
    hearing_until_ = time + kHearing;
    return;
  }
  const Operation* late = nullptr;
  for_each_pending([&](const Operation& operation) {
    if (operation.deadline <= time && (late == nullptr || operation.deadline < late->deadline)) late = &operation;
  });
  int peer = -1;
  const std::string waits = waiting_for(*late, &peer);
  fail_group({Reason::deadline, peer, std::string(name_of(late->call.kind)) + " #" + std::to_string(late->sequence) + " passed its deadline of " +
                                          std::to_string(late->call.timeout / kMillisecond) + " ms: " + waits});
  finish_all();
}

std::string HostGroup::waiting_for(const Operation& operation, int* first_peer) const {
  *first_peer = -1;
  std::string text;
  const auto add = [&](int peer, const std::string& what) {
    if (*first_peer < 0) *first_peer = peer;
    text += (text.empty() ? "" : ", ") + what;
  };
  if (operation.call.kind == Kind::send || operation.call.kind == Kind::receive) {
    const Peer& peer = *peers_[operation.call.peer];
    const std::string who = "rank " + std::to_string(peer.rank);
    const int64_t total = operation.call.input_elements * size_of(operation.call.type);
    if (operation.call.kind == Kind::send) {
      add(peer.rank, operation.moved == 0 && peer.sends != &operation ? "it stands behind an earlier send to " + who : who + " took " + progress_of(operation.moved, total));
    } else {
      const Chunk* next = peer.receiving == nullptr ? peer.receive[static_cast<int>(LaneKind::point_to_point)]->peek() : nullptr;
      add(peer.rank, next != nullptr && next->header.tag != operation.call.tag
                         ? "the next message from " + who + " has the tag " + std::to_string(next->header.tag) + ", for which no receive was started"
                         : progress_of(operation.moved, operation.call.output_elements * size_of(operation.call.type)) + " came from " + who);
    }
    return text;
  }
  if (!operation.begun) return "it stands behind an earlier collective, " + describe(*collectives_);
  for (int p = 0; p < size_; p++) {
    if (p == rank_) continue;
    const Exchange& x = operation.peers[p];
    const std::string who = "rank " + std::to_string(p);
    const bool wants_shared = x.shared_got < x.shared_bytes;
    if (!x.in_done && x.ready == nullptr) {
      add(p, progress_of(x.in_got, x.in_bytes) + " came from " + who);
    } else if (wants_shared) {
      add(p, progress_of(x.shared_got, x.shared_bytes) + " of its result came from " + who);
    } else if (!x.out_done) {
      add(p, who + " took " + progress_of(x.out_sent, x.out_bytes));
    }
  }
  return text;
}

void HostGroup::blame_the_gone() {
  if (failed_.load(std::memory_order_acquire)) return;
  for (auto& peer : peers_) {
    if (!peer || !peer->gone.load(std::memory_order_acquire)) continue;
    const bool lost = peer->lost.load(std::memory_order_acquire);
    bool needed = lost && pending_.load() > 0;
    if (collectives_ != nullptr) {
      const Exchange& x = collectives_->peers[peer->rank];
      const bool awaited = (!x.in_done && x.ready == nullptr) || x.shared_got < x.shared_bytes;
      needed |= (awaited && peer->receive[static_cast<int>(LaneKind::collective)]->ended()) || !x.out_done;
    }
    needed |= peer->sends != nullptr || (peer->receives != nullptr && peer->receive[static_cast<int>(LaneKind::point_to_point)]->ended());
    if (!needed) continue;
    const std::string who = "rank " + std::to_string(peer->rank);
    if (lost) {
      fail_group({Reason::peer_lost, peer->rank, who + " closed its connection without a farewell: its process ended or was killed, or its machine is gone"});
    } else {
      fail_group({Reason::closed, peer->rank, who + " has left the group and takes no further part"});
    }
    finish_all();
    return;
  }
}

const Chunk* HostGroup::look(Peer& peer, LaneKind lane) {
  const Chunk* chunk = peer.receive[static_cast<int>(lane)]->peek();
  if (chunk != nullptr && chunk->header.length > 0 && peer.corrupt_next.load(std::memory_order_relaxed) >= 0) {
    // Of the header what comes after the fields by which the lane has found the chunk.
    constexpr int64_t kFirst = offsetof(ChunkHeader, kind), kHeader = sizeof(ChunkHeader) - kFirst;
    const int64_t bit = peer.corrupt_next.exchange(-1) % (8 * (kHeader + chunk->header.length));
    const int64_t byte = bit / 8;
    char* bytes = byte < kHeader ? reinterpret_cast<char*>(const_cast<ChunkHeader*>(&chunk->header)) + kFirst + byte : const_cast<char*>(chunk->payload) + byte - kHeader;
    *bytes ^= static_cast<char>(1 << (bit % 8));
  }
  return chunk;
}

void HostGroup::verify(int peer, const Operation& operation, const ChunkHeader& header, uint64_t payload_checksum) const {
  if (seal(header, payload_checksum) == header.checksum) return;
  groups::fail(Reason::corrupt, peer, "bytes " + std::to_string(header.offset) + " to " + std::to_string(header.offset + header.length) + " of " + describe(operation) + " from rank " +
                                          std::to_string(peer) + " fail their checksum: they were damaged on the way. Check that machine's memory and network");
}

std::string HostGroup::describe(const Operation& operation) const {
  const Call& call = operation.call;
  std::string text = name_of(call.kind);
  if (operation.sequence > 0) text += " #" + std::to_string(operation.sequence);
  if (call.kind != Kind::barrier) {
    const int64_t elements = call.kind == Kind::receive ? call.output_elements : call.input_elements;
    text += " of " + std::to_string(elements) + " " + name_of(call.type);
  }
  if (call.kind == Kind::send) text += " to rank " + std::to_string(call.peer) + " (tag " + std::to_string(call.tag) + ")";
  if (call.kind == Kind::receive) text += " from rank " + std::to_string(call.peer) + " (tag " + std::to_string(call.tag) + ")";
  if (call.kind == Kind::broadcast) text += " from rank " + std::to_string(call.peer);
  return text + where();
}

std::string HostGroup::where() const {
  return " in group '" + name_ + "' of generation " + std::to_string(generation_) + " on rank " + std::to_string(rank_) + " of " + std::to_string(size_);
}

}  // namespace meditron::groups
