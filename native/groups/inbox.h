// The shared memory of one member: for each peer of the machine and each lane a ring of chunks that this peer fills.
#pragma once
#include <atomic>
#include <cstdint>

#include "lane.h"

namespace meditron::groups {

enum class LaneKind : int { collective = 0, point_to_point = 1 };
constexpr int kLanesPerPeer = 2;

struct InboxHeader {
  alignas(64) std::atomic<uint32_t> sleeping;  // the owner waits for its event, and wants it signalled
};

struct RingHeader {
  alignas(64) std::atomic<uint64_t> published;  // by the peer
  alignas(64) std::atomic<uint64_t> released;   // by the owner
};

class InboxLayout {
 public:
  InboxLayout(int peers, int slots, int64_t chunk_bytes) : peers_(peers), slots_(slots), chunk_bytes_(chunk_bytes) {}
  int slots() const { return slots_; }
  int64_t chunk_bytes() const { return chunk_bytes_; }
  int64_t bytes() const { return static_cast<int64_t>(sizeof(InboxHeader)) + peers_ * kLanesPerPeer * ring_bytes(); }
  InboxHeader* header(char* base) const { return reinterpret_cast<InboxHeader*>(base); }
  // peer: its position among the machine's other members.
  char* ring(char* base, int peer, LaneKind lane) const { return base + sizeof(InboxHeader) + (peer * kLanesPerPeer + static_cast<int>(lane)) * ring_bytes(); }
  RingHeader* ring_header(char* ring) const { return reinterpret_cast<RingHeader*>(ring); }
  ChunkHeader* chunk_header(char* ring, uint64_t slot) const { return reinterpret_cast<ChunkHeader*>(ring + sizeof(RingHeader)) + slot % slots_; }
  char* payload(char* ring, uint64_t slot) const { return ring + sizeof(RingHeader) + slots_ * sizeof(ChunkHeader) + (slot % slots_) * chunk_bytes_; }

 private:
  int64_t ring_bytes() const { return static_cast<int64_t>(sizeof(RingHeader) + slots_ * sizeof(ChunkHeader)) + slots_ * chunk_bytes_; }

  int peers_;
  int slots_;
  int64_t chunk_bytes_;
};

}  // namespace meditron::groups
