#include "description.h"

#include <cstring>

#include "failure.h"

namespace meditron::groups {

namespace {

constexpr uint32_t kMagic = 0x4447544d;  // "MTGD"
constexpr size_t kMostText = 255;
constexpr uint32_t kMostHosts = 64;

void put(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) out += static_cast<char>(value >> (8 * i));
}

void put(std::string& out, const std::string& text) {
  if (text.size() > kMostText) fail(Reason::refused, -1, "a name or address of " + std::to_string(text.size()) + " bytes; at most " + std::to_string(kMostText) + " are allowed");
  put(out, text.size(), 1);
  out += text;
}

class Reader {
 public:
  Reader(const void* data, size_t bytes) : data_(static_cast<const unsigned char*>(data)), left_(bytes) {}

  uint64_t number(int bytes) {
    need(bytes);
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value |= static_cast<uint64_t>(data_[i]) << (8 * i);
    skip(bytes);
    return value;
  }

  std::string text() {
    const size_t length = number(1);
    need(length);
    std::string value(reinterpret_cast<const char*>(data_), length);
    skip(length);
    return value;
  }

  bool done() const { return left_ == 0; }

 private:
  void need(size_t bytes) const {
    if (bytes > left_) fail(Reason::refused, -1, "a member's description is cut short");
  }
  void skip(size_t bytes) {
    data_ += bytes;
    left_ -= bytes;
  }

  const unsigned char* data_;
  size_t left_;
};

}  // namespace

std::string Description::encode() const {
  std::string out;
  put(out, kMagic, 4);
  put(out, kProtocolVersion, 4);
  put(out, name);
  put(out, generation, 8);
  put(out, rank, 4);
  put(out, size, 4);
  put(out, chunk_bytes, 4);
  put(out, backend, 4);
  put(out, nonce);
  put(out, machine);
  put(out, port, 4);
  put(out, hosts.size(), 1);
  for (const std::string& host : hosts) put(out, host);
  return out;
}

Description Description::decode(const void* data, size_t bytes) {
  Reader in(data, bytes);
  if (in.number(4) != kMagic) fail(Reason::refused, -1, "these bytes are no description of a member of a process group");
  const uint64_t version = in.number(4);
  if (version != kProtocolVersion) {
    fail(Reason::refused, -1, "a member speaks version " + std::to_string(version) + " of the protocol and this one " + std::to_string(kProtocolVersion) + "; use the same build everywhere");
  }
  Description d;
  d.name = in.text();
  d.generation = in.number(8);
  d.rank = in.number(4);
  d.size = in.number(4);
  d.chunk_bytes = in.number(4);
  d.backend = in.number(4);
  d.nonce = in.text();
  d.machine = in.text();
  d.port = in.number(4);
  const uint64_t count = in.number(1);
  if (count > kMostHosts || d.nonce.size() != kNonceBytes || d.port > 65535) fail(Reason::refused, -1, "a member's description is damaged");
  for (uint64_t i = 0; i < count; i++) d.hosts.push_back(in.text());
  if (!in.done()) fail(Reason::refused, -1, "a member's description has bytes after its end");
  return d;
}

}  // namespace meditron::groups
