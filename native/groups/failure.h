// Why an operation or a whole group failed: the reason, the rank to blame where one is known, and a sentence for people.
#pragma once
#include <stdexcept>
#include <string>

namespace meditron::groups {

enum class Reason : int {
  none = 0,
  aborted = 1,    // by a member, which said why
  peer_lost = 2,  // its connection broke: it was killed, or its machine or network failed
  deadline = 3,
  corrupt = 4,    // a chunk's checksum, or the protocol
  shape = 5,      // members disagree on the operation or its size
  type = 6,       // members disagree on the element type, or it is not supported
  refused = 7,    // another generation, group or nonce
  closed = 8,     // this member, or the peer, has left the group
  system = 9,     // the operating system refused something
};

struct Failure {
  Reason reason = Reason::none;
  int peer = -1;
  std::string text;
};

struct GroupError : std::runtime_error {
  Reason reason;
  int peer;
  GroupError(Reason reason, int peer, const std::string& text) : std::runtime_error(text), reason(reason), peer(peer) {}
};

[[noreturn]] inline void fail(Reason reason, int peer, const std::string& text) { throw GroupError(reason, peer, text); }

// With the reason that errno holds.
[[noreturn]] void fail_system(const std::string& what, int peer = -1);

}  // namespace meditron::groups
