// Lanes over TCP: a socket for each lane and peer. Sending goes straight from the caller's memory.
#pragma once
#include <memory>

#include "lane.h"
#include "system.h"

namespace meditron::groups {

class TcpSendLane final : public SendLane {
 public:
  TcpSendLane(int fd, int peer) : fd_(fd), peer_(peer) {}
  bool ready() override { return flushed(); }
  void send(ChunkHeader header, const char* payload) override;
  bool flushed() override;
  int fd() const { return fd_; }
  bool blocked() const { return left_ > 0; }

 private:
  int fd_;
  int peer_;
  ChunkHeader header_{};
  const char* payload_ = nullptr;
  int64_t left_ = 0;  // bytes of header and payload still to write
};

class TcpReceiveLane final : public ReceiveLane {
 public:
  // Owns the socket, which the sending lane of the same peer shares.
  TcpReceiveLane(Descriptor socket, int peer, int64_t chunk_bytes);
  const Chunk* peek() override;
  void release() override;
  bool ended() override { return peek() == nullptr && ended_; }
  int fd() const { return socket_.get(); }
  bool hungry() const { return !have_ && !ended_; }

 private:
  bool parse();

  Descriptor socket_;
  int peer_;
  int64_t chunk_bytes_;
  int64_t capacity_;
  std::unique_ptr<char[]> buffer_;
  int64_t begin_ = 0;  // of the bytes not yet consumed
  int64_t end_ = 0;
  bool have_ = false;
  bool ended_ = false;
  Chunk chunk_{};
};

}  // namespace meditron::groups
