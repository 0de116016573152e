#pragma once
// Memory that the process has and keeps, from which large tensors are taken: what was touched once need not be zeroed and mapped by the kernel again.
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace mt {

class Reserve {
 public:
  // Smaller blocks are left to malloc.
  static constexpr size_t smallest = size_t{64} << 10;

  // Maps a segment; nothing of it is touched yet. From here on, large blocks come from segments and go back to them. Returns false where the system does not give it.
  bool add(size_t bytes);
  // Touches up to so many bytes that were not touched yet; returns how many are left. What tensors hold keeps its content.
  size_t populate(size_t bytes);
  // A block on a cache line's border, or null before the first add, or where the system gives no more.
  void* take(size_t bytes);
  void give(void* block);
  // Bytes that were touched and that no tensor holds.
  size_t cached();

 private:
  struct Segment {
    size_t bytes;
    size_t touched;  // from its beginning
    size_t used;
  };
  using Segments = std::map<char*, Segment>;

  Segments::iterator map(size_t bytes);
  Segments::iterator segment_of(char* at);
  void* cut(char* at, size_t size, size_t wanted);
  void insert(char* at, size_t size);
  void erase(char* at, size_t size);
  void drop_unused();

  std::mutex lock_;
  bool enabled_ = false;
  Segments segments_;
  std::map<char*, size_t> free_;                // by address, so that neighbours are joined
  std::set<std::pair<size_t, char*>> by_size_;  // the same, the smallest that fits first
  std::map<char*, size_t> taken_;
};

}  // namespace mt
