#include "scratch.h"

#include <cstdlib>
#include <new>

namespace meditron {
namespace {

struct Buffers {
  void* data[static_cast<int>(ScratchUse::count)] = {};
  size_t size[static_cast<int>(ScratchUse::count)] = {};
  ~Buffers() {
    for (void* p : data) std::free(p);
  }
};

}  // namespace

void* scratch(ScratchUse use, size_t bytes) {
  static thread_local Buffers buffers;
  const int i = static_cast<int>(use);
  if (buffers.size[i] < bytes || buffers.data[i] == nullptr) {
    const size_t rounded = (bytes + 4095) / 4096 * 4096 + (bytes == 0 ? 4096 : 0);
    std::free(buffers.data[i]);
    buffers.size[i] = 0;
    buffers.data[i] = std::aligned_alloc(64, rounded);
    if (buffers.data[i] == nullptr) throw std::bad_alloc();
    buffers.size[i] = rounded;
  }
  return buffers.data[i];
}

}  // namespace meditron
