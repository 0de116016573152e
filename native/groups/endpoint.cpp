#include "endpoint.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace meditron::groups {

namespace {

constexpr uint32_t kHelloMagic = 0x4847544d;  // "MTGH"
constexpr int kSlots = 8;
constexpr int64_t kLeastChunk = 4 << 10;
constexpr int64_t kMostChunk = 16 << 20;
constexpr size_t kMostName = 63;
constexpr int kMostRanks = 4096;
constexpr int64_t kOneAddress = 3 * kSecond;   // of patience with one address of several
constexpr int64_t kStranger = 5 * kSecond;     // of patience with a connection that has not said who it is
constexpr int64_t kRetry = 20 * kMillisecond;
constexpr int64_t kPause = 2000;   // a waiting thread keeps the processor this long,
constexpr int64_t kYield = 50000;  // offers it to others for this long, and then sleeps

std::string rank_text(int rank) { return "rank " + std::to_string(rank); }

HostOptions waiting(int64_t spin) {
  // Even where there are processors for all, the system may have put two members on one: yielding lets the other one on.
  return spin >= 0 ? HostOptions{std::min(spin, kPause), std::max<int64_t>(0, spin - kPause)} : HostOptions{kPause, kYield};
}

}  // namespace

struct Endpoint::Hello {
  uint32_t magic;
  uint32_t version;
  uint64_t generation;
  uint32_t from;
  uint32_t to;
  uint32_t size;
  uint32_t channel;
  char nonce_to[kNonceBytes];
  char nonce_from[kNonceBytes];
  char name[kMostName + 1];
};

struct Endpoint::Reply {
  uint32_t magic;
  uint32_t refused;
  uint32_t length;
};

struct Endpoint::Pending {
  Descriptor fd;
  bool local = false;
  int64_t deadline = 0;
  size_t got = 0;
  Hello hello{};
};

Endpoint::Endpoint(EndpointOptions options) : options_(std::move(options)), cancelled_(make_event()) {
  if (options_.size < 1 || options_.size > kMostRanks || options_.rank < 0 || options_.rank >= options_.size) {
    fail(Reason::shape, options_.rank, "rank " + std::to_string(options_.rank) + " of " + std::to_string(options_.size) + " is impossible");
  }
  if (options_.chunk_bytes < kLeastChunk || options_.chunk_bytes > kMostChunk || options_.chunk_bytes % 64 != 0) {
    fail(Reason::shape, options_.rank, "chunks of " + std::to_string(options_.chunk_bytes) + " bytes; " + std::to_string(kLeastChunk) + " to " + std::to_string(kMostChunk) + " in multiples of 64 are possible");
  }
  if (options_.name.empty() || options_.name.size() > kMostName) fail(Reason::shape, options_.rank, "a group's name has 1 to " + std::to_string(kMostName) + " bytes, not " + std::to_string(options_.name.size()));
  own_.name = options_.name;
  own_.generation = options_.generation;
  own_.rank = options_.rank;
  own_.size = options_.size;
  own_.chunk_bytes = static_cast<uint32_t>(options_.chunk_bytes);
  own_.backend = options_.backend;
  own_.nonce.resize(kNonceBytes);
  random_bytes(&own_.nonce[0], kNonceBytes);
  tcp_ = listen_tcp(options_.host, &own_.port);
  if (options_.shared_memory) {
    own_.machine = machine_identity();
    local_ = listen_local("meditron/" + hex(own_.nonce.data(), kNonceBytes));
  }
  own_.hosts = options_.host.empty() ? own_addresses() : std::vector<std::string>{options_.host};
  encoded_ = own_.encode();
}

bool Endpoint::shares(int rank) const { return rank != options_.rank && !own_.machine.empty() && members_[rank].machine == own_.machine; }

int Endpoint::place_in_inbox(int owner, int other) const {
  int place = 0;
  for (int p = 0; p < other; p++) {
    if (p != owner && members_[p].machine == own_.machine) place++;
  }
  return place;
}

void Endpoint::check(const std::vector<std::string>& members) {
  const auto refuse = [](int rank, const std::string& what) { fail(Reason::refused, rank, "connecting: " + what); };
  if (static_cast<int>(members.size()) != options_.size) refuse(-1, std::to_string(members.size()) + " members were given for a group of " + std::to_string(options_.size));
  for (int p = 0; p < options_.size; p++) {
    Description d = Description::decode(members[p].data(), members[p].size());
    if (d.generation != options_.generation) {
      refuse(p, rank_text(p) + " is of generation " + std::to_string(d.generation) + " and this group of generation " + std::to_string(options_.generation) + "; it must prepare anew");
    }
    if (d.name != options_.name) refuse(p, rank_text(p) + " is of group '" + d.name + "' and this one of '" + options_.name + "'");
    if (d.rank != static_cast<uint32_t>(p) || d.size != static_cast<uint32_t>(options_.size)) {
      refuse(p, "the description in place " + std::to_string(p) + " of " + std::to_string(options_.size) + " is that of rank " + std::to_string(d.rank) + " of " + std::to_string(d.size));
    }
    if (d.backend != options_.backend) refuse(p, rank_text(p) + " uses another backend (" + std::to_string(d.backend) + ") than this rank (" + std::to_string(options_.backend) + ")");
    if (d.chunk_bytes < kLeastChunk || d.chunk_bytes > kMostChunk || d.chunk_bytes % 64 != 0) refuse(p, rank_text(p) + " wants chunks of " + std::to_string(d.chunk_bytes) + " bytes");
    members_.push_back(std::move(d));
  }
  if (members_[options_.rank].nonce != own_.nonce) refuse(options_.rank, "the description given for this rank is another's, or an earlier one of its own");
}

HostGroup* Endpoint::connect(const std::vector<std::string>& members, int64_t timeout) {
  if (connected_) fail(Reason::closed, options_.rank, "this endpoint has been used; prepare another");
  connected_ = true;
  check(members);
  int64_t chunk = options_.chunk_bytes;
  int sharers = 0;
  for (int p = 0; p < options_.size; p++) {
    chunk = std::min<int64_t>(chunk, members_[p].chunk_bytes);
    sharers += shares(p);
  }
  const Patience patience{now() + timeout, cancelled_.get()};
  group_ = new HostGroup(options_.name, options_.generation, options_.rank, options_.size, chunk, waiting(options_.spin));
  try {
    layout_ = InboxLayout(sharers, kSlots, chunk);
    if (sharers > 0) group_->inbox = Mapping::create("meditron-inbox", layout_.bytes());
    sockets_.resize(static_cast<size_t>(options_.size) * channels);
    for (int p = 0; p < options_.rank; p++) {
      for (uint32_t channel = 0; channel < (shares(p) ? 1u : channels); channel++) dial(p, channel, patience);
    }
    accept_rest(patience);
    finish();
    group_->run();
  } catch (...) {
    group_->unreference();
    throw;
  }
  tcp_.reset();
  local_.reset();
  return group_;
}

Endpoint::Hello Endpoint::hello(int to, uint32_t channel) const {
  Hello hello{};
  hello.magic = kHelloMagic;
  hello.version = kProtocolVersion;
  hello.generation = options_.generation;
  hello.from = options_.rank;
  hello.to = to;
  hello.size = options_.size;
  hello.channel = channel;
  std::memcpy(hello.nonce_to, members_[to].nonce.data(), kNonceBytes);
  std::memcpy(hello.nonce_from, own_.nonce.data(), kNonceBytes);
  std::memcpy(hello.name, options_.name.data(), options_.name.size());
  return hello;
}

Descriptor Endpoint::dial_any(int to, const Patience& patience) {
  const Description& member = members_[to];
  std::string tried;
  for (;;) {
    tried.clear();
    bool all_refused = true;
    if (shares(to)) {
      std::string why;
      Descriptor fd = dial_local("meditron/" + hex(member.nonce.data(), kNonceBytes), &why);
      if (fd) return fd;
      tried = "its local socket: " + why;
    } else {
      for (const std::string& host : member.hosts) {
        std::string why;
        bool refused = false;
        Descriptor fd = dial_tcp(host, member.port, {std::min(patience.deadline, now() + kOneAddress), patience.cancel}, &why, &refused);
        if (fd) return fd;
        all_refused &= refused;
        tried += (tried.empty() ? "" : ", ") + host + ":" + std::to_string(member.port) + ": " + why;
      }
    }
    // Listening began before the description was given away: nobody there means that the member has ended.
    if (all_refused) fail(Reason::peer_lost, to, "connecting: " + rank_text(to) + " does not listen any more (" + tried + "): it ended, or gave up");
    const Waited waited = wait_for(-1, 0, {std::min(patience.deadline, now() + kRetry), patience.cancel});
    if (waited == Waited::cancelled) fail(Reason::aborted, options_.rank, "connecting to " + rank_text(to) + " was aborted on this rank");
    if (now() >= patience.deadline) fail(Reason::deadline, to, "connecting: no address of " + rank_text(to) + " answered in time (" + tried + ")");
  }
}

void Endpoint::dial(int to, uint32_t channel, const Patience& patience) {
  Descriptor fd = dial_any(to, patience);
  const auto give_up = [&](const std::string& why) {
    pollfd cancelled{cancelled_.get(), POLLIN, 0};
    const Reason reason = ::poll(&cancelled, 1, 0) > 0 ? Reason::aborted : now() >= patience.deadline ? Reason::deadline : Reason::peer_lost;
    fail(reason, to, "connecting to " + rank_text(to) + ": " + why);
  };
  std::string why;
  const Hello greeting = hello(to, channel);
  if (!send_all(fd.get(), &greeting, sizeof greeting, patience, &why)) give_up(why);
  Reply reply{};
  if (!receive_all(fd.get(), &reply, sizeof reply, patience, &why)) give_up(why);
  if (reply.magic != kHelloMagic || reply.length > 4096) give_up("what answers at its address is no member of a process group");
  if (reply.refused != 0) {
    std::string text(reply.length, ' ');
    if (!receive_all(fd.get(), &text[0], text.size(), patience, &why)) give_up(why);
    fail(Reason::refused, to, "connecting: " + rank_text(to) + " refuses this member: " + text);
  }
  if (shares(to)) share_memory(to, fd.get(), patience);
  sockets_[static_cast<size_t>(to) * channels + channel] = std::move(fd);
}

std::string Endpoint::missing() const {
  std::string text;
  for (int p = options_.rank + 1; p < options_.size; p++) {
    for (uint32_t channel = 0; channel < (shares(p) ? 1u : channels); channel++) {
      if (sockets_[static_cast<size_t>(p) * channels + channel]) continue;
      text += (text.empty() ? "" : ", ") + std::to_string(p);
      break;
    }
  }
  return text;
}

// Empty for a member that may connect, else why not.
std::string Endpoint::judge(const Hello& hello, bool local) const {
  if (hello.magic != kHelloMagic) return "it does not speak the protocol of process groups";
  const std::string name(hello.name, strnlen(hello.name, sizeof hello.name));
  if (hello.version != kProtocolVersion) return "it speaks version " + std::to_string(hello.version) + " of the protocol and this group " + std::to_string(kProtocolVersion);
  if (hello.generation != options_.generation) {
    return "it is of generation " + std::to_string(hello.generation) + " and this group is of generation " + std::to_string(options_.generation);
  }
  if (name != options_.name || hello.size != static_cast<uint32_t>(options_.size)) {
    return "it is of group '" + name + "' of " + std::to_string(hello.size) + " and this is '" + options_.name + "' of " + std::to_string(options_.size);
  }
  if (hello.to != static_cast<uint32_t>(options_.rank) || std::memcmp(hello.nonce_to, own_.nonce.data(), kNonceBytes) != 0) {
    return "it looks for an earlier rank " + std::to_string(hello.to) + " (the nonce differs)";
  }
  if (hello.from >= static_cast<uint32_t>(options_.size) || static_cast<int>(hello.from) <= options_.rank ||
      std::memcmp(hello.nonce_from, members_[hello.from].nonce.data(), kNonceBytes) != 0) {
    return "it is not the rank " + std::to_string(hello.from) + " that was announced (the nonce differs)";
  }
  if (hello.channel >= (shares(hello.from) ? 1u : channels) || local != shares(hello.from)) return "it came by a way that was not agreed on";
  if (sockets_[static_cast<size_t>(hello.from) * channels + hello.channel]) return "rank " + std::to_string(hello.from) + " has connected already";
  return "";
}

void Endpoint::answer(Pending& pending, const Patience& patience) {
  const std::string refusal = judge(pending.hello, pending.local);
  const Reply reply{kHelloMagic, refusal.empty() ? 0u : 1u, static_cast<uint32_t>(refusal.size())};
  std::string bytes(reinterpret_cast<const char*>(&reply), sizeof reply);
  bytes += refusal;
  std::string why;
  if (!send_all(pending.fd.get(), bytes.data(), bytes.size(), patience, &why) || !refusal.empty()) return;
  const int from = static_cast<int>(pending.hello.from);
  if (pending.local) share_memory(from, pending.fd.get(), patience);
  sockets_[static_cast<size_t>(from) * channels + pending.hello.channel] = std::move(pending.fd);
}

void Endpoint::accept_rest(const Patience& patience) {
  std::vector<Pending> strangers;
  std::vector<pollfd> items;
  while (!missing().empty()) {
    items.clear();
    items.push_back({cancelled_.get(), POLLIN, 0});
    items.push_back({tcp_.get(), POLLIN, 0});
    items.push_back({local_.get(), POLLIN, 0});
    for (const Pending& stranger : strangers) items.push_back({stranger.fd.get(), POLLIN, 0});
    const int64_t left = std::min(patience.deadline - now(), 100 * kMillisecond);
    if (patience.deadline <= now()) fail(Reason::deadline, -1, "connecting: rank(s) " + missing() + " had not connected to rank " + std::to_string(options_.rank) + " in time");
    const timespec time{std::max<int64_t>(0, left) / kSecond, std::max<int64_t>(0, left) % kSecond};
    ::ppoll(items.data(), items.size(), &time, nullptr);
    if (items[0].revents != 0) fail(Reason::aborted, options_.rank, "connecting was aborted on this rank while rank(s) " + missing() + " had not connected");
    for (size_t i = 0; i < strangers.size(); i++) {
      Pending& stranger = strangers[i];
      if (items[3 + i].revents != 0) {
        const ssize_t got = ::recv(stranger.fd.get(), reinterpret_cast<char*>(&stranger.hello) + stranger.got, sizeof(Hello) - stranger.got, MSG_DONTWAIT);
        if (got > 0) stranger.got += got;
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) stranger.deadline = 0;
      }
      if (stranger.got == sizeof(Hello)) {
        answer(stranger, patience);
        stranger.deadline = 0;
      }
    }
    strangers.erase(std::remove_if(strangers.begin(), strangers.end(), [](const Pending& s) { return s.deadline <= now(); }), strangers.end());
    for (const bool local : {false, true}) {
      if (items[local ? 2 : 1].revents == 0) continue;
      Descriptor fd(::accept4(local ? local_.get() : tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!fd || (local && !same_user(fd.get()))) continue;
      if (!local) tune_tcp(fd.get());
      strangers.push_back({std::move(fd), local, now() + kStranger, 0, {}});
    }
  }
}

void Endpoint::share_memory(int peer, int fd, const Patience& patience) {
  std::string why;
  Descriptor memory, event;
  if (!send_descriptors(fd, group_->inbox.fd(), group_->data_event.get(), patience, &why) || !receive_descriptors(fd, &memory, &event, patience, &why)) {
    fail(Reason::peer_lost, peer, "sharing memory with " + rank_text(peer) + ": " + why);
  }
  group_->peer(peer).inbox = Mapping::open(std::move(memory), layout_.bytes());
  group_->peer(peer).event = std::move(event);
}

void Endpoint::finish() {
  for (int p = 0; p < options_.size; p++) {
    if (p == options_.rank) continue;
    Peer& peer = group_->peer(p);
    peer.shared = shares(p);
    peer.control = std::move(sockets_[static_cast<size_t>(p) * channels + control]);
    for (int i = 0; i < kLanesPerPeer; i++) {
      const LaneKind kind = static_cast<LaneKind>(i);
      if (peer.shared) {
        const Bell bell(&layout_.header(peer.inbox.data())->sleeping, peer.event.get());
        peer.send[i] = std::make_unique<ShmSendLane>(layout_, layout_.ring(peer.inbox.data(), place_in_inbox(p, options_.rank), kind), bell, p);
        peer.receive[i] = std::make_unique<ShmReceiveLane>(layout_, layout_.ring(group_->inbox.data(), place_in_inbox(options_.rank, p), kind), bell, p, &peer.gone);
      } else {
        auto receive = std::make_unique<TcpReceiveLane>(std::move(sockets_[static_cast<size_t>(p) * channels + lane + i]), p, layout_.chunk_bytes());
        auto send = std::make_unique<TcpSendLane>(receive->fd(), p);
        peer.tcp_receive[i] = receive.get();
        peer.tcp_send[i] = send.get();
        peer.receive[i] = std::move(receive);
        peer.send[i] = std::move(send);
      }
    }
  }
}

}  // namespace meditron::groups
