// What a member tells the others before they connect: an opaque string of bytes that travels by any means, here by messages of the coordinator.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace meditron::groups {

constexpr uint32_t kProtocolVersion = 2;
constexpr size_t kNonceBytes = 16;

struct Description {
  std::string name;       // of the group
  uint64_t generation = 0;
  uint32_t rank = 0;
  uint32_t size = 0;
  uint32_t chunk_bytes = 0;
  uint32_t backend = 0;
  std::string nonce;      // kNonceBytes random ones: who connects to a member must know its nonce
  std::string machine;    // empty where shared memory is not wanted
  uint32_t port = 0;
  std::vector<std::string> hosts;  // addresses to try, the most likely first

  std::string encode() const;
  // Throws GroupError (refused) for anything that is no description of this protocol version.
  static Description decode(const void* data, size_t bytes);
};

}  // namespace meditron::groups
