#include "torch/reserve.h"

#include <sys/mman.h>

#include <algorithm>

namespace mt {
namespace {

constexpr size_t line = 64;
constexpr size_t huge_page = size_t{2} << 20;
constexpr size_t smallest_segment = size_t{32} << 20;

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23  // Linux 5.14
#endif

size_t up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

bool Reserve::add(size_t bytes) {
  const std::lock_guard<std::mutex> guard(lock_);
  enabled_ = true;
  return bytes == 0 || map(bytes) != segments_.end();
}

size_t Reserve::populate(size_t bytes) {
  const std::lock_guard<std::mutex> guard(lock_);
  size_t left = 0;
  for (auto& [at, segment] : segments_) {
    const size_t part = std::min(bytes, segment.bytes - segment.touched);
    if (part > 0) {
      // An older kernel does not know it: the memory is then touched when it is used.
      madvise(at + segment.touched / 4096 * 4096, up(part + segment.touched % 4096, 4096), MADV_POPULATE_WRITE);
      segment.touched += part;
      bytes -= part;
    }
    left += segment.bytes - segment.touched;
  }
  return left;
}

void* Reserve::take(size_t bytes) {
  const std::lock_guard<std::mutex> guard(lock_);
  if (!enabled_) {
    return nullptr;
  }
  const size_t wanted = up(bytes, line);
  auto fit = by_size_.lower_bound({wanted, nullptr});
  if (fit == by_size_.end()) {
    const auto segment = map(std::max(wanted, smallest_segment));
    if (segment == segments_.end()) {
      return nullptr;
    }
    void* const block = cut(segment->first, segment->second.bytes, wanted);
    drop_unused();
    return block;
  }
  return cut(fit->second, fit->first, wanted);
}

void Reserve::give(void* block) {
  const std::lock_guard<std::mutex> guard(lock_);
  char* at = static_cast<char*>(block);
  const auto taken = taken_.find(at);
  size_t size = taken->second;
  taken_.erase(taken);
  const auto segment = segment_of(at);
  segment->second.used -= size;
  const auto after = free_.find(at + size);
  if (after != free_.end() && segment_of(after->first) == segment) {
    const size_t more = after->second;
    erase(after->first, more);
    size += more;
  }
  auto before = free_.lower_bound(at);
  if (before != free_.begin() && (--before)->first + before->second == at && segment_of(before->first) == segment) {
    const auto [start, more] = *before;
    erase(start, more);
    at = start;
    size += more;
  }
  insert(at, size);
}

size_t Reserve::cached() {
  const std::lock_guard<std::mutex> guard(lock_);
  size_t bytes = 0;
  for (const auto& [at, size] : free_) {
    const auto segment = segment_of(at);
    const size_t offset = static_cast<size_t>(at - segment->first);
    bytes += segment->second.touched > offset ? std::min(size, segment->second.touched - offset) : 0;
  }
  return bytes;
}

Reserve::Segments::iterator Reserve::map(size_t bytes) {
  // Begins and ends on a huge page's border.
  const size_t size = up(bytes, huge_page);
  void* raw = mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (raw == MAP_FAILED) {
    return segments_.end();
  }
  char* const start = reinterpret_cast<char*>(up(reinterpret_cast<size_t>(raw), huge_page));
  const size_t head = static_cast<size_t>(start - static_cast<char*>(raw));
  if (head > 0) {
    munmap(raw, head);
  }
  munmap(start + size, huge_page - head);
  madvise(start, size, MADV_HUGEPAGE);
  insert(start, size);
  return segments_.emplace(start, Segment{size, 0, 0}).first;
}

Reserve::Segments::iterator Reserve::segment_of(char* at) { return --segments_.upper_bound(at); }

void* Reserve::cut(char* at, size_t size, size_t wanted) {
  erase(at, size);
  if (size > wanted) {
    insert(at + wanted, size - wanted);
  }
  taken_.emplace(at, wanted);
  const auto segment = segment_of(at);
  segment->second.used += wanted;
  segment->second.touched = std::max(segment->second.touched, static_cast<size_t>(at + wanted - segment->first));
  return at;
}

void Reserve::insert(char* at, size_t size) {
  free_.emplace(at, size);
  by_size_.emplace(size, at);
}

void Reserve::erase(char* at, size_t size) {
  free_.erase(at);
  by_size_.erase({size, at});
}

// Segments in which nothing fits go back to the system.
void Reserve::drop_unused() {
  for (auto segment = segments_.begin(); segment != segments_.end();) {
    if (segment->second.used > 0) {
      ++segment;
      continue;
    }
    erase(segment->first, segment->second.bytes);
    munmap(segment->first, segment->second.bytes);
    segment = segments_.erase(segment);
  }
}

}  // namespace mt
