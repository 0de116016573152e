#include "tcp_lane.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>

#include "failure.h"
#include "kernels/dispatch.h"

namespace meditron::groups {

void TcpSendLane::send(ChunkHeader header, const char* payload) {
  if (!number(header)) return;
  header.checksum = seal(header, header.length > 0 ? kernels().checksum(payload, header.length) : 0);
  header_ = header;
  payload_ = payload;
  left_ = static_cast<int64_t>(sizeof header) + header.length;
  flushed();
}

bool TcpSendLane::flushed() {
  while (left_ > 0) {
    const int64_t total = static_cast<int64_t>(sizeof header_) + header_.length;
    const int64_t done = total - left_;
    iovec parts[2];
    int count = 0;
    const int64_t header_bytes = sizeof header_;
    if (done < header_bytes) parts[count++] = {reinterpret_cast<char*>(&header_) + done, static_cast<size_t>(header_bytes - done)};
    const int64_t from = done < header_bytes ? 0 : done - header_bytes;
    if (header_.length > from) parts[count++] = {const_cast<char*>(payload_) + from, static_cast<size_t>(header_.length - from)};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = count;
    const ssize_t written = ::sendmsg(fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
      fail(Reason::peer_lost, peer_, "the connection to rank " + std::to_string(peer_) + " broke while sending: " + std::strerror(errno));
    }
    left_ -= written;
  }
  return true;
}

TcpReceiveLane::TcpReceiveLane(Descriptor socket, int peer, int64_t chunk_bytes)
    : socket_(std::move(socket)), peer_(peer), chunk_bytes_(chunk_bytes), capacity_(4 * (chunk_bytes + static_cast<int64_t>(sizeof(ChunkHeader)))), buffer_(new char[capacity_]) {}

bool TcpReceiveLane::parse() {
  const int64_t held = end_ - begin_;
  if (held < static_cast<int64_t>(sizeof(ChunkHeader))) return false;
  std::memcpy(&chunk_.header, buffer_.get() + begin_, sizeof chunk_.header);
  if (chunk_.header.magic != kChunkMagic || chunk_.header.length > static_cast<uint64_t>(chunk_bytes_)) {
    fail(Reason::corrupt, peer_, "rank " + std::to_string(peer_) + " sent something that is no chunk");
  }
  if (held < static_cast<int64_t>(sizeof(ChunkHeader)) + chunk_.header.length) return false;
  expect(chunk_.header, peer_);
  chunk_.payload = buffer_.get() + begin_ + sizeof(ChunkHeader);
  have_ = true;
  return true;
}

const Chunk* TcpReceiveLane::peek() {
  if (have_ || parse()) return &chunk_;
  while (!ended_) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (capacity_ - begin_ < chunk_bytes_ + static_cast<int64_t>(sizeof(ChunkHeader))) {
      std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    const ssize_t got = ::recv(socket_.get(), buffer_.get() + end_, capacity_ - end_, MSG_DONTWAIT);
    if (got > 0) {
      end_ += got;
      if (parse()) return &chunk_;
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return nullptr;
    // Closed or reset; the control connection tells which, and the group says so.
    ended_ = true;
  }
  return nullptr;
}

void TcpReceiveLane::release() {
  begin_ += static_cast<int64_t>(sizeof(ChunkHeader)) + chunk_.header.length;
  have_ = false;
}

}  // namespace meditron::groups
