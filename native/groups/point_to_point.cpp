// Sends and receives: ordered for each pair of members and direction, received by tag.
#include <algorithm>

#include "host_group.h"
#include "kernels/dispatch.h"

namespace meditron::groups {

namespace {

// A destination beyond this is written past the caches.
constexpr int64_t kStreamBytes = 4 << 20;

}  // namespace

bool HostGroup::step_send(Peer& peer) {
  Operation* operation = peer.sends;
  SendLane& lane = *peer.send[static_cast<int>(LaneKind::point_to_point)];
  const Call& call = operation->call;
  const int64_t total = call.input_elements * size_of(call.type);
  bool moved = false;
  // `begun` here means that the last chunk is on its way.
  if (!operation->begun && lane.ready()) {
    const int64_t length = std::min(chunk_bytes_, total - operation->moved);
    ChunkHeader header{};
    header.magic = kChunkMagic;
    header.length = static_cast<uint32_t>(length);
    header.kind = static_cast<uint8_t>(Kind::send);
    header.type = static_cast<uint8_t>(call.type);
    header.sequence = operation->sequence;
    header.total = total;
    header.offset = operation->moved;
    header.elements = call.input_elements;
    header.tag = call.tag;
    lane.send(header, call.input + operation->moved);
    operation->moved += length;
    operation->begun = operation->moved == total;
    moved = true;
  }
  if (operation->begun && lane.flushed()) {
    peer.sends = operation->next;
    finish(operation, nullptr);
    moved = true;
  }
  return moved;
}

void HostGroup::check_message(const Operation& operation, const ChunkHeader& header, int peer) const {
  const Call& call = operation.call;
  const auto other = [&] { return std::to_string(header.elements) + " " + name_of(static_cast<Element>(header.type)); };
  if (header.type != static_cast<uint8_t>(call.type)) {
    groups::fail(Reason::type, peer, describe(operation) + " was sent " + other() + "; both ends must name the same type");
  }
  if (header.total != static_cast<uint64_t>(call.output_elements * size_of(call.type))) {
    groups::fail(Reason::shape, peer, describe(operation) + " was sent " + other() + "; both ends must name the same number of elements");
  }
}

bool HostGroup::step_receive(Peer& peer) {
  const Chunk* chunk = look(peer, LaneKind::point_to_point);
  if (chunk == nullptr) return false;
  const ChunkHeader& header = chunk->header;
  if (peer.receiving == nullptr) {
    Operation* operation = peer.receives;
    while (operation != nullptr && operation->call.tag != header.tag) operation = operation->next;
    // Not asked for yet: it waits, and what was sent after it waits with it.
    if (operation == nullptr) return false;
    if (header.offset != 0) groups::fail(Reason::corrupt, peer.rank, "rank " + std::to_string(peer.rank) + " sent the middle of a message without its beginning");
    check_message(*operation, header, peer.rank);
    peer.receiving = operation;
  }
  Operation* operation = peer.receiving;
  const int64_t total = operation->call.output_elements * size_of(operation->call.type);
  if (header.offset != static_cast<uint64_t>(operation->moved) || header.tag != operation->call.tag || static_cast<int64_t>(header.length) > total - operation->moved) {
    groups::fail(Reason::corrupt, peer.rank, "rank " + std::to_string(peer.rank) + " sent a chunk that does not continue " + describe(*operation));
  }
  const uint64_t sum = header.length == 0 ? 0 : kernels().copy_checksum(operation->call.output + operation->moved, chunk->payload, header.length, total >= kStreamBytes);
  verify(peer.rank, *operation, header, sum);
  operation->moved += header.length;
  peer.receive[static_cast<int>(LaneKind::point_to_point)]->release();
  if (operation->moved < total) return true;
  peer.receiving = nullptr;
  // It need not be the oldest: tags choose.
  Operation* before = nullptr;
  for (Operation* at = peer.receives; at != operation; at = at->next) before = at;
  (before == nullptr ? peer.receives : before->next) = operation->next;
  if (peer.receives_last == operation) peer.receives_last = before;
  finish(operation, nullptr);
  return true;
}

}  // namespace meditron::groups
