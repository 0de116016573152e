// One direction of chunks between two members. Neither form ever blocks; both are used by one thread at a time.
#pragma once
#include <atomic>
#include <cstdint>

namespace meditron::groups {

// Precedes every chunk, in shared memory and on sockets alike.
struct ChunkHeader {
  uint32_t magic;
  uint32_t length;    // bytes of this chunk
  uint8_t kind;       // of the operation
  uint8_t type;       // of its elements
  uint8_t reduction;
  uint8_t phase;      // 0: a member's own data, 1: what its owner has reduced
  uint16_t root;
  uint16_t number;    // of the chunk on its lane, so that one that is lost is missed
  uint64_t sequence;  // of the operation, counted from 1 on its lane
  uint64_t total;     // bytes of this stream
  uint64_t offset;    // of this chunk in it
  uint64_t elements;  // of the whole operation, as its caller gave it
  int64_t tag;
  uint64_t checksum;  // of the bytes and of this header
};
static_assert(sizeof(ChunkHeader) == 64, "a chunk's header fills one cache line");

constexpr uint32_t kChunkMagic = 0x4b43544d;  // "MTCK"

// The header's fields and the payload's checksum in one number.
uint64_t seal(const ChunkHeader& header, uint64_t payload_checksum);

struct Chunk {
  ChunkHeader header;
  const char* payload;
};

class SendLane {
 public:
  virtual ~SendLane() = default;
  // Room for one chunk.
  virtual bool ready() = 0;
  // Only when ready. The payload must stay as it is until flushed().
  virtual void send(ChunkHeader header, const char* payload) = 0;
  // Everything sent has left the caller's memory.
  virtual bool flushed() = 0;
  // For tests: the next chunk is numbered and never sent. From any thread.
  void lose_next() { losing_.store(true, std::memory_order_relaxed); }

 protected:
  // Gives the chunk its number; false where it is to be lost.
  bool number(ChunkHeader& header) {
    header.number = numbered_++;
    return !losing_.load(std::memory_order_relaxed) || !losing_.exchange(false);
  }

 private:
  uint16_t numbered_ = 0;
  std::atomic<bool> losing_{false};
};

class ReceiveLane {
 public:
  virtual ~ReceiveLane() = default;
  // The next chunk, checked for plausible lengths and not yet for its checksum, or null. It stays until release().
  virtual const Chunk* peek() = 0;
  virtual void release() = 0;
  // Nothing more can come: the other end is gone and what it had sent is consumed.
  virtual bool ended() = 0;

 protected:
  // Of each new chunk once: throws where it is not the one after the last.
  void expect(const ChunkHeader& header, int peer);

 private:
  uint16_t expected_ = 0;
};

}  // namespace meditron::groups
