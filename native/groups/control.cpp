// Control connections: they tell of failures and farewells, and by their own end that a process has ended.
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "host_group.h"
#include "socket.h"

namespace meditron::groups {

namespace {

struct ControlHeader {
  uint32_t type;
  int32_t reason;
  int32_t peer;
  uint32_t length;  // of the text that follows
};

constexpr uint32_t kMostText = 4096;
constexpr uint32_t kMostMessage = 1 << 20;

}  // namespace

void HostGroup::tell(Peer& peer, int type, const Failure& failure) {
  std::lock_guard<std::mutex> hold(peer.control_lock);
  if (!peer.control || peer.gone.load(std::memory_order_acquire)) return;
  const std::string text = failure.text.substr(0, kMostText);
  const ControlHeader header{static_cast<uint32_t>(type), static_cast<int32_t>(failure.reason), failure.peer, static_cast<uint32_t>(text.size())};
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes += text;
  // A peer that reads nothing has a full socket; it will see the end of the connection instead.
  if (::send(peer.control.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) != static_cast<ssize_t>(bytes.size())) {
    ::shutdown(peer.control.get(), SHUT_RDWR);
  }
}

void HostGroup::tell_all(int type, const Failure& failure) {
  for (auto& peer : peers_) {
    if (peer) tell(*peer, type, failure);
  }
}

void HostGroup::publish(const std::string& message, int64_t deadline) {
  if (message.size() > kMostMessage) groups::fail(Reason::shape, rank_, "a message of " + std::to_string(message.size()) + " bytes to the members");
  const ControlHeader header{kTellMessage, 0, -1, static_cast<uint32_t>(message.size())};
  const std::string bytes = std::string(reinterpret_cast<const char*>(&header), sizeof header) + message;
  for (auto& peer : peers_) {
    if (!peer) continue;
    std::lock_guard<std::mutex> hold(peer->control_lock);
    std::string why = "it has left the group";
    const bool there = peer->control && !peer->gone.load(std::memory_order_acquire);
    if (!there || !send_all(peer->control.get(), bytes.data(), bytes.size(), {deadline, -1}, &why)) {
      groups::fail(Reason::peer_lost, peer->rank, "telling rank " + std::to_string(peer->rank) + ": " + why);
    }
  }
}

void HostGroup::on_message(std::function<void(const std::string& message)> handler) {
  std::lock_guard<std::mutex> hold(message_lock_);
  message_handler_ = std::move(handler);
  for (const std::string& message : unheard_) {
    if (message_handler_) message_handler_(message);
  }
  unheard_.clear();
}

void HostGroup::hear(Peer& peer) {
  char buffer[2048];
  bool ended = false;
  for (;;) {
    const ssize_t got = ::recv(peer.control.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (got > 0) {
      peer.control_in.append(buffer, got);
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    ended = got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    break;
  }
  while (peer.control_in.size() >= sizeof(ControlHeader)) {
    ControlHeader header;
    std::memcpy(&header, peer.control_in.data(), sizeof header);
    if (header.type > kTellMessage || header.length > (header.type == kTellMessage ? kMostMessage : kMostText)) {
      fail_group({Reason::corrupt, peer.rank, "rank " + std::to_string(peer.rank) + " sent a control message that makes no sense"});
      return;
    }
    if (peer.control_in.size() < sizeof header + header.length) break;
    const std::string text = peer.control_in.substr(sizeof header, header.length);
    peer.control_in.erase(0, sizeof header + header.length);
    if (header.type == kTellFarewell) {
      peer.gone.store(true, std::memory_order_release);
    } else if (header.type == kTellMessage) {
      std::lock_guard<std::mutex> hold(message_lock_);
      if (message_handler_) {
        message_handler_(text);
      } else {
        unheard_.push_back(text);
      }
    } else {
      const int blamed = header.reason == static_cast<int32_t>(Reason::aborted) || header.peer < 0 || header.peer >= size_ ? peer.rank : header.peer;
      fail_group({static_cast<Reason>(header.reason), blamed, "rank " + std::to_string(peer.rank) + " reports: " + text}, true);
    }
  }
  if (ended && !peer.gone.load(std::memory_order_relaxed)) {
    // Without a farewell before it, the end of the connection is the end of the process or of the way to it.
    peer.lost.store(true, std::memory_order_release);
    peer.gone.store(true, std::memory_order_release);
  }
  if (!peer.gone.load(std::memory_order_relaxed)) return;
  // With operations pending, their driver finds out whether what the peer had sent before is enough for them.
  if (pending_.load() == 0 && peer.lost.load(std::memory_order_acquire)) {
    fail_group({Reason::peer_lost, peer.rank, "rank " + std::to_string(peer.rank) + " closed its connection without a farewell: its process ended or was killed, or its machine is gone"});
  }
  signal_event(data_event.get());
}

}  // namespace meditron::groups
