#include "shm_lane.h"

#include <cstring>

#include "failure.h"
#include "kernels/dispatch.h"
#include "system.h"

namespace meditron::groups {

uint64_t seal(const ChunkHeader& header, uint64_t payload_checksum) {
  uint64_t words[7];
  std::memcpy(words, &header, sizeof words);
  uint64_t hash = payload_checksum;
  for (uint64_t word : words) {
    hash = (hash ^ word) * 0x9fb21c651e98df25u;
    hash ^= hash >> 32;
  }
  return hash;
}

void ReceiveLane::expect(const ChunkHeader& header, int peer) {
  if (header.number != expected_) {
    fail(Reason::corrupt, peer, "chunk " + std::to_string(header.number) + " came from rank " + std::to_string(peer) + " where chunk " + std::to_string(expected_) +
                                    " was to come (of 65536, then from 0 again): what lies between was lost on the way. Check that machine's memory and network");
  }
  expected_++;
}

void Bell::ring() const {
  // Orders what was just published before the look at the flag; the sleeper sets the flag before its last look at the rings.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (sleeping_->load(std::memory_order_relaxed) != 0 && sleeping_->exchange(0) != 0) signal_event(event_);
}

bool ShmSendLane::ready() {
  const uint64_t slots = static_cast<uint64_t>(layout_.slots());
  if (published_ - released_ < slots) return true;
  released_ = layout_.ring_header(ring_)->released.load(std::memory_order_acquire);
  if (published_ - released_ > slots) {
    fail(Reason::corrupt, peer_, "rank " + std::to_string(peer_) + " damaged the counters of its ring in shared memory");
  }
  return published_ - released_ < slots;
}

void ShmSendLane::send(ChunkHeader header, const char* payload) {
  if (!number(header)) return;
  uint64_t sum = 0;
  if (header.length > 0) {
    sum = kernels().copy_checksum(layout_.payload(ring_, published_), payload, header.length, false);
  }
  header.checksum = seal(header, sum);
  std::memcpy(layout_.chunk_header(ring_, published_), &header, sizeof header);
  layout_.ring_header(ring_)->published.store(++published_, std::memory_order_release);
  receiver_.ring();
}

const Chunk* ShmReceiveLane::peek() {
  if (have_) return &chunk_;
  const uint64_t published = layout_.ring_header(ring_)->published.load(std::memory_order_acquire);
  if (published == released_) return nullptr;
  // The header is copied before it is checked: the peer could still write to it.
  std::memcpy(&chunk_.header, layout_.chunk_header(ring_, released_), sizeof chunk_.header);
  if (published - released_ > static_cast<uint64_t>(layout_.slots()) || chunk_.header.magic != kChunkMagic ||
      chunk_.header.length > static_cast<uint64_t>(layout_.chunk_bytes())) {
    fail(Reason::corrupt, peer_, "rank " + std::to_string(peer_) + " sent something that is no chunk");
  }
  expect(chunk_.header, peer_);
  chunk_.payload = layout_.payload(ring_, released_);
  have_ = true;
  return &chunk_;
}

void ShmReceiveLane::release() {
  have_ = false;
  layout_.ring_header(ring_)->released.store(++released_, std::memory_order_release);
  sender_.ring();
}

bool ShmReceiveLane::ended() { return gone_->load(std::memory_order_acquire) && peek() == nullptr; }

}  // namespace meditron::groups
