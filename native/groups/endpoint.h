// One member before its group exists: it listens, describes itself, and connects once it has the descriptions of all.
#pragma once
#include <string>
#include <vector>

#include "description.h"
#include "host_group.h"
#include "socket.h"

namespace meditron::groups {

struct EndpointOptions {
  std::string name;
  uint64_t generation = 0;
  int rank = 0;
  int size = 1;
  int64_t chunk_bytes = 256 << 10;
  std::string host;           // to listen on and to be reached at; empty for any
  bool shared_memory = true;  // with members of the same machine and network namespace
  uint32_t backend = 0;       // of the group that will stand on the connections; the same for all
  int64_t spin = -1;          // nanoseconds; negative: chosen from the number of processors
};

class Endpoint {
 public:
  explicit Endpoint(EndpointOptions options);
  const std::string& description() const { return encoded_; }
  // Once. members: the descriptions by rank. Throws GroupError.
  HostGroup* connect(const std::vector<std::string>& members, int64_t timeout);
  // Ends a connect() of another thread.
  void cancel() { signal_event(cancelled_.get()); }

 private:
  // What a connection is for.
  enum Channel : uint32_t { control = 0, lane = 1, channels = 1 + kLanesPerPeer };
  struct Hello;
  struct Reply;
  struct Pending;

  void check(const std::vector<std::string>& members);
  bool shares(int rank) const;
  int place_in_inbox(int owner, int other) const;
  Hello hello(int to, uint32_t channel) const;
  void dial(int to, uint32_t channel, const Patience& patience);
  Descriptor dial_any(int to, const Patience& patience);
  void accept_rest(const Patience& patience);
  std::string judge(const Hello& hello, bool local) const;
  void answer(Pending& pending, const Patience& patience);
  void share_memory(int peer, int fd, const Patience& patience);
  void finish();
  std::string missing() const;

  EndpointOptions options_;
  Description own_;
  std::string encoded_;
  Descriptor tcp_;
  Descriptor local_;
  Descriptor cancelled_;
  std::vector<Description> members_;
  std::vector<Descriptor> sockets_;  // by rank and channel
  HostGroup* group_ = nullptr;
  InboxLayout layout_{0, 0, 0};
  bool connected_ = false;
};

}  // namespace meditron::groups
