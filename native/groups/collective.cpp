// Collectives as exchanges of chunks between all pairs. Reductions go to the owner of each shard, who adds the shares up in one fixed order,
// whatever the transport, the chunks or the timing were; small ones go to everybody, who all add in that same order.
#include <algorithm>
#include <cstring>

#include "host_group.h"
#include "kernels/dispatch.h"

namespace meditron::groups {

namespace {

// Up to this many bytes everybody reduces everything: one exchange instead of two.
constexpr int64_t kDirectBytes = 32 << 10;
// A destination beyond this is written past the caches.
constexpr int64_t kStreamBytes = 4 << 20;
constexpr int64_t kLine = 64;

bool reduces(Kind kind) { return kind == Kind::all_reduce || kind == Kind::reduce_scatter; }

}  // namespace

// Fills `splits` with what each rank gives (first half) and gets (second half) and refuses counts that do not fit.
void HostGroup::make_splits(const Call& call, std::vector<int64_t>& splits) const {
  const auto fill = [&](int half, const int64_t* given, int64_t total, const char* what) {
    int64_t sum = 0;
    for (int p = 0; p < size_; p++) {
      const int64_t share = given != nullptr ? given[p] : total / size_;
      if (share < 0) groups::fail(Reason::shape, rank_, std::string(name_of(call.kind)) + ": the share of rank " + std::to_string(p) + " is " + std::to_string(share) + " elements");
      splits[half * size_ + p] = share;
      sum += share;
    }
    if (sum != total) {
      groups::fail(Reason::shape, rank_, std::string(name_of(call.kind)) + ": the " + what + " has " + std::to_string(total) + " elements" +
                                             (given != nullptr ? " and its shares add up to " + std::to_string(sum) : ", which " + std::to_string(size_) + " ranks cannot share equally"));
    }
  };
  const auto own = [&](int half, int64_t has, const char* what) {
    const int64_t share = splits[half * size_ + rank_];
    if (share != has) {
      groups::fail(Reason::shape, rank_, std::string(name_of(call.kind)) + ": the " + what + " has " + std::to_string(has) + " elements, and this rank's share is " + std::to_string(share));
    }
  };
  switch (call.kind) {
    case Kind::reduce_scatter:
      fill(0, call.input_splits, call.input_elements, "input");
      own(0, call.output_elements, "output");
      break;
    case Kind::all_gather:
      fill(1, call.output_splits, call.output_elements, "output");
      own(1, call.input_elements, "input");
      break;
    case Kind::all_to_all:
      fill(0, call.input_splits, call.input_elements, "input");
      fill(1, call.output_splits, call.output_elements, "output");
      break;
    default:
      break;
  }
}

void HostGroup::plan(Operation& op) {
  const Call& call = op.call;
  const int64_t size = size_of(call.type);
  op.begun = true;
  op.reducing = op.direct = op.sharing = false;
  op.region_finished = true;
  op.region_done = op.region_elements = 0;
  op.elements = call.kind == Kind::all_to_all || call.kind == Kind::barrier ? 0 : call.kind == Kind::all_gather ? call.output_elements : call.input_elements;
  for (Exchange& x : op.peers) x = {};
  const auto give = [&](int p, const char* data, int64_t elements) {
    Exchange& x = op.peers[p];
    x.out = data;
    x.out_bytes = elements * size;
    x.out_done = false;
  };
  const auto get = [&](int p, char* data, int64_t elements) {
    Exchange& x = op.peers[p];
    x.in = data;
    x.in_bytes = elements * size;
    x.in_done = false;
  };
  const auto reduce = [&](const char* in, char* out, int64_t elements) {
    op.reducing = true;
    op.region_finished = false;
    op.region_in = in;
    op.region_out = out;
    op.region_elements = elements;
    for (int p = 0; p < size_; p++) {
      if (p != rank_) get(p, nullptr, elements);
    }
  };
  const auto copy_own = [&](const char* from, char* to, int64_t elements) {
    if (from != to && elements > 0) std::memmove(to, from, elements * size);
  };
  const auto others = [&](auto visit) {
    int64_t in = 0, out = 0;
    for (int p = 0; p < size_; p++) {
      visit(p, in, out);
      in += op.splits[p];
      out += op.splits[size_ + p];
    }
  };
  switch (call.kind) {
    case Kind::all_reduce: {
      const int64_t count = call.input_elements;
      op.direct = count * size <= kDirectBytes || size_ == 1;
      if (op.direct) {
        for (int p = 0; p < size_; p++) {
          if (p != rank_) give(p, call.input, count);
        }
        reduce(call.input, call.output, count);
        break;
      }
      const int64_t line = kLine / size;
      const int64_t share = ((count + size_ - 1) / size_ + line - 1) / line * line;
      const auto from = [&](int p) { return std::min(count, p * share); };
      op.sharing = true;
      reduce(call.input + from(rank_) * size, call.output + from(rank_) * size, from(rank_ + 1) - from(rank_));
      for (int p = 0; p < size_; p++) {
        if (p == rank_) continue;
        give(p, call.input + from(p) * size, from(p + 1) - from(p));
        op.peers[p].shared_in = call.output + from(p) * size;
        op.peers[p].shared_bytes = (from(p + 1) - from(p)) * size;
      }
      break;
    }
    case Kind::reduce_scatter:
      others([&](int p, int64_t in, int64_t) {
        if (p == rank_) {
          reduce(call.input + in * size, call.output, op.splits[p]);
        }
      });
      others([&](int p, int64_t in, int64_t) {
        if (p != rank_) give(p, call.input + in * size, op.splits[p]);
      });
      break;
    case Kind::all_gather:
      others([&](int p, int64_t, int64_t out) {
        if (p == rank_) {
          copy_own(call.input, call.output + out * size, call.input_elements);
        } else {
          give(p, call.input, call.input_elements);
          get(p, call.output + out * size, op.splits[size_ + p]);
        }
      });
      break;
    case Kind::broadcast:
      for (int p = 0; p < size_; p++) {
        if (rank_ == call.peer && p != rank_) give(p, call.input, call.input_elements);
        if (rank_ != call.peer && p == call.peer) get(p, call.output, call.output_elements);
      }
      break;
    case Kind::all_to_all: {
      int64_t own_in = 0, own_out = 0;
      others([&](int p, int64_t in, int64_t out) {
        if (p == rank_) {
          own_in = in;
          own_out = out;
        } else {
          give(p, call.input + in * size, op.splits[p]);
          get(p, call.output + out * size, op.splits[size_ + p]);
        }
      });
      copy_own(call.input + own_in * size, call.output + own_out * size, op.splits[rank_]);
      break;
    }
    default:
      for (int p = 0; p < size_; p++) {
        if (p == rank_) continue;
        give(p, nullptr, 0);
        get(p, nullptr, 0);
      }
      break;
  }
}

bool HostGroup::step_collective(Operation& op) {
  if (!op.begun) plan(op);
  bool moved = false;
  // Each member begins with its right neighbour, so that not all of them send to the same one at once.
  for (int i = 1; i < size_; i++) moved |= send_collective(op, (rank_ + i) % size_);
  for (int i = 1; i < size_; i++) moved |= receive_collective(op, (rank_ + i) % size_);
  if (op.reducing && !op.region_finished) moved |= reduce_next(op);
  return moved;
}

bool HostGroup::send_collective(Operation& op, int p) {
  Exchange& x = op.peers[p];
  const int64_t reduced = op.region_done * size_of(op.call.type);
  const bool may_share = op.sharing && x.shared_sent < reduced;
  if (x.out_done && !may_share) return false;
  SendLane& lane = *peers_[p]->send[static_cast<int>(LaneKind::collective)];
  bool moved = false;
  const auto send = [&](int phase, const char* data, int64_t offset, int64_t total) {
    ChunkHeader header{};
    header.magic = kChunkMagic;
    header.length = static_cast<uint32_t>(std::min(chunk_bytes_, total - offset));
    header.kind = static_cast<uint8_t>(op.call.kind);
    header.type = static_cast<uint8_t>(op.call.type);
    header.reduction = static_cast<uint8_t>(op.call.reduction);
    header.phase = static_cast<uint8_t>(phase);
    header.root = op.call.kind == Kind::broadcast ? static_cast<uint16_t>(op.call.peer) : 0;
    header.sequence = op.sequence;
    header.total = total;
    header.offset = offset;
    header.elements = op.elements;
    lane.send(header, data + offset);
    moved = true;
    return static_cast<int64_t>(header.length);
  };
  if (!x.out_done && lane.ready()) {
    x.out_sent += send(0, x.out, x.out_sent, x.out_bytes);
    x.out_done = x.out_sent == x.out_bytes;
  }
  if (may_share && lane.ready()) {
    x.shared_sent += send(1, op.region_out, x.shared_sent, op.region_elements * size_of(op.call.type));
  }
  return moved;
}

void HostGroup::check_header(const Operation& op, const ChunkHeader& header, int p) const {
  const Call& call = op.call;
  const auto theirs = [&] {
    return "rank " + std::to_string(p) + " runs " + name_of(static_cast<Kind>(header.kind)) + " #" + std::to_string(header.sequence) + " of " + std::to_string(header.elements) + " " +
           name_of(static_cast<Element>(header.type));
  };
  if (header.kind != static_cast<uint8_t>(call.kind) || header.sequence != op.sequence) {
    groups::fail(Reason::shape, p, describe(op) + ", while " + theirs() + "; all members must run the same collectives in the same order");
  }
  if (header.type != static_cast<uint8_t>(call.type)) groups::fail(Reason::type, p, describe(op) + ", while " + theirs() + "; the types must be the same");
  if (header.elements != op.elements) groups::fail(Reason::shape, p, describe(op) + ", while " + theirs() + "; the sizes must be the same");
  if (header.reduction != static_cast<uint8_t>(call.reduction) || (call.kind == Kind::broadcast && header.root != static_cast<uint16_t>(call.peer))) {
    groups::fail(Reason::shape, p, describe(op) + ", while rank " + std::to_string(p) + " runs it with another reduction or root");
  }
  const Exchange& x = op.peers[p];
  const int64_t total = header.phase == 0 ? x.in_bytes : x.shared_bytes;
  const int64_t got = header.phase == 0 ? x.in_got : x.shared_got;
  const bool wanted = header.phase == 0 ? !x.in_done : header.phase == 1 && got < total;
  if (header.total != static_cast<uint64_t>(total)) {
    groups::fail(Reason::shape, p, describe(op) + " expects " + std::to_string(total) + " bytes from rank " + std::to_string(p) + ", which sends " + std::to_string(header.total) +
                                       "; the shares of both ends must be the same");
  }
  if (!wanted || header.offset != static_cast<uint64_t>(got) || header.length != std::min(chunk_bytes_, total - got)) {
    groups::fail(Reason::corrupt, p, "rank " + std::to_string(p) + " sent a chunk that does not continue " + describe(op));
  }
}

bool HostGroup::receive_collective(Operation& op, int p) {
  Exchange& x = op.peers[p];
  if ((x.in_done && x.shared_got == x.shared_bytes) || x.ready != nullptr) return false;
  const Chunk* chunk = look(*peers_[p], LaneKind::collective);
  if (chunk == nullptr) return false;
  const ChunkHeader& header = chunk->header;
  check_header(op, header, p);
  if (header.phase == 0 && op.reducing) {
    x.ready = chunk->payload;
    return false;
  }
  char* to = header.phase == 0 ? x.in + x.in_got : x.shared_in + x.shared_got;
  const uint64_t sum = header.length == 0 ? 0 : kernels().copy_checksum(to, chunk->payload, header.length, static_cast<int64_t>(header.total) >= kStreamBytes);
  verify(p, op, header, sum);
  if (header.phase == 0) {
    x.in_got += header.length;
    x.in_done = x.in_got == x.in_bytes;
  } else {
    x.shared_got += header.length;
  }
  peers_[p]->receive[static_cast<int>(LaneKind::collective)]->release();
  return true;
}

bool HostGroup::reduce_next(Operation& op) {
  const int64_t size = size_of(op.call.type);
  const int64_t done = op.region_done * size;
  const int64_t length = std::min(chunk_bytes_, op.region_elements * size - done);
  for (int p = 0; p < size_; p++) {
    if (p == rank_) continue;
    const Exchange& x = op.peers[p];
    if (x.ready == nullptr) return false;
    // In place, what everybody still has to be sent must not be overwritten.
    if (op.direct && (x.out_sent < done + length || !peers_[p]->send[static_cast<int>(LaneKind::collective)]->flushed())) return false;
  }
  for (int p = 0; p < size_; p++) {
    op.sources[p] = p == rank_ ? op.region_in + done : op.peers[p].ready;
    op.sum_places[p] = p == rank_ ? nullptr : &op.sums[p];
  }
  if (length > 0) {
    ReduceArgs args{};
    args.type = op.call.type;
    args.out_type = op.call.out_type;
    args.operation = op.call.reduction;
    args.count = size_;
    args.sources = op.sources.data();
    args.checksums = op.sum_places.data();
    args.destination = op.region_out + op.region_done * size_of(op.call.out_type);
    args.elements = length / size;
    kernels().reduce(args);
  }
  for (int p = 0; p < size_; p++) {
    if (p == rank_) continue;
    Exchange& x = op.peers[p];
    ReceiveLane& lane = *peers_[p]->receive[static_cast<int>(LaneKind::collective)];
    verify(p, op, lane.peek()->header, length > 0 ? op.sums[p] : 0);
    lane.release();
    x.ready = nullptr;
    x.in_got += length;
    x.in_done = x.in_got == x.in_bytes;
  }
  op.region_done += length / size;
  op.region_finished = op.region_done == op.region_elements;
  return true;
}

bool HostGroup::complete(const Operation& op) const {
  if (!op.begun || !op.region_finished) return false;
  const int64_t reduced = op.region_elements * size_of(op.call.type);
  for (int p = 0; p < size_; p++) {
    if (p == rank_) continue;
    const Exchange& x = op.peers[p];
    if (!x.out_done || !x.in_done || x.shared_got < x.shared_bytes || (op.sharing && x.shared_sent < reduced)) return false;
    if (!peers_[p]->send[static_cast<int>(LaneKind::collective)]->flushed()) return false;
  }
  return true;
}

void HostGroup::require(const Call& call) const {
  const auto refuse = [&](Reason reason, const std::string& what) { groups::fail(reason, rank_, std::string(name_of(call.kind)) + ": " + what); };
  if (call.timeout <= 0) refuse(Reason::shape, "the timeout must be positive");
  const bool to_peer = call.kind == Kind::send || call.kind == Kind::receive;
  if ((to_peer || call.kind == Kind::broadcast) && (call.peer < 0 || call.peer >= size_ || (to_peer && call.peer == rank_))) {
    refuse(Reason::shape, "rank " + std::to_string(call.peer) + " is no " + (to_peer ? "other " : "") + "member of a group of " + std::to_string(size_) + (to_peer ? ", seen from rank " + std::to_string(rank_) : ""));
  }
  if (reduces(call.kind)) {
    if (call.reduction == Reduction::average && call.type != Element::f32 && call.type != Element::bf16) refuse(Reason::type, std::string("there is no average of ") + name_of(call.type) + "; use Sum");
    if (call.out_type != call.type && !(call.kind == Kind::reduce_scatter && call.type == Element::bf16 && call.out_type == Element::f32)) {
      refuse(Reason::type, std::string("an output of ") + name_of(call.out_type) + " for " + name_of(call.type) + "; only reduce_scatter of BFloat16 may go to Float32");
    }
  } else if (call.out_type != call.type) {
    refuse(Reason::type, std::string("the input has ") + name_of(call.type) + " and the output " + name_of(call.out_type));
  }
}

}  // namespace meditron::groups
