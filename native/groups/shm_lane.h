// Lanes over the rings of shared memory.
#pragma once
#include "inbox.h"
#include "lane.h"

namespace meditron::groups {

// Wakes the owner of an inbox if it sleeps.
class Bell {
 public:
  Bell(std::atomic<uint32_t>* sleeping, int event) : sleeping_(sleeping), event_(event) {}
  void ring() const;

 private:
  std::atomic<uint32_t>* sleeping_;
  int event_;
};

class ShmSendLane final : public SendLane {
 public:
  // ring: in the receiver's inbox.
  ShmSendLane(const InboxLayout& layout, char* ring, Bell receiver, int peer) : layout_(layout), ring_(ring), receiver_(receiver), peer_(peer) {}
  bool ready() override;
  void send(ChunkHeader header, const char* payload) override;
  bool flushed() override { return true; }

 private:
  InboxLayout layout_;
  char* ring_;
  Bell receiver_;
  int peer_;
  uint64_t published_ = 0;
  uint64_t released_ = 0;  // as last seen
};

class ShmReceiveLane final : public ReceiveLane {
 public:
  // ring: in this member's inbox. gone: set once the sender has ended.
  ShmReceiveLane(const InboxLayout& layout, char* ring, Bell sender, int peer, const std::atomic<bool>* gone)
      : layout_(layout), ring_(ring), sender_(sender), peer_(peer), gone_(gone) {}
  const Chunk* peek() override;
  void release() override;
  bool ended() override;

 private:
  InboxLayout layout_;
  char* ring_;
  Bell sender_;
  int peer_;
  const std::atomic<bool>* gone_;
  uint64_t released_ = 0;
  bool have_ = false;
  Chunk chunk_{};
};

}  // namespace meditron::groups
