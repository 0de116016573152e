// Counts what tensors hold: a CPU allocator of our own for libtorch, and the number of live handles.
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>
#include <torch/version.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>

#include "torch/mt_tensor.h"
#include "torch/reserve.h"

#ifdef MT_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#endif

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
#define MT_ALLOCATE_CONST
#define MT_ALLOCATOR_COPIES 1
#else
#define MT_ALLOCATE_CONST const
#endif

namespace {

constexpr size_t header_bytes = 64;               // keeps the data on a cache line (and an AVX-512 vector) of its own

// What a block says of itself before its data.
struct header {
  int64_t bytes;
  int64_t reserved;  // whether it came from the reserve
};
static_assert(sizeof(header) <= header_bytes);

constexpr size_t huge_page_bytes = size_t{2} << 20;

std::atomic<int64_t> allocated{0};
std::atomic<int64_t> peak{0};
std::atomic<int64_t> allocations{0};
std::atomic<int64_t> limit{0};
std::atomic<int64_t> handles{0};
std::atomic<int64_t> peak_handles{0};

// Lives as long as the process: tensors may be freed after everything else.
mt::Reserve& reserve() {
  static auto* const instance = new mt::Reserve();
  return *instance;
}

void raise(std::atomic<int64_t>& maximum, int64_t value) {
  int64_t seen = maximum.load(std::memory_order_relaxed);
  while (value > seen && !maximum.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

void release(void* data) {
  if (data == nullptr) {
    return;
  }
  char* raw = static_cast<char*>(data) - header_bytes;
  header block;
  std::memcpy(&block, raw, sizeof block);
  allocated.fetch_sub(block.bytes, std::memory_order_relaxed);
  if (block.reserved != 0) {
    reserve().give(raw);
  } else {
    std::free(raw);
  }
}

[[noreturn]] void refuse(int64_t bytes, const std::string& reason) {
  throw mt::error(MT_OUT_OF_MEMORY, "out of memory: " + std::to_string(bytes) + " bytes were asked for, tensors hold " +
                                        std::to_string(allocated.load()) + " bytes; " + reason);
}

void* acquire(size_t bytes) {
  if (bytes == 0) {
    return nullptr;
  }
  const int64_t wanted = static_cast<int64_t>(bytes);
  if (wanted < 0 || bytes > SIZE_MAX - 2 * huge_page_bytes) {
    refuse(INT64_MAX, "no machine has that much");
  }
  const int64_t now = allocated.fetch_add(wanted, std::memory_order_relaxed) + wanted;
  const int64_t bound = limit.load(std::memory_order_relaxed);
  if (bound > 0 && now > bound) {
    allocated.fetch_sub(wanted, std::memory_order_relaxed);
    refuse(wanted, "the limit is " + std::to_string(bound) + " bytes");
  }
  void* raw = bytes >= mt::Reserve::smallest ? reserve().take(bytes + header_bytes) : nullptr;
  const header block{wanted, raw != nullptr};
  if (raw == nullptr) {
    // Large blocks start on a huge page's border, so that the kernel can back them with huge pages.
    const bool large = bytes >= 2 * huge_page_bytes;
    if (posix_memalign(&raw, large ? huge_page_bytes : header_bytes, bytes + header_bytes) != 0) {
      allocated.fetch_sub(wanted, std::memory_order_relaxed);
      refuse(wanted, "the operating system has no more");
    }
    if (large) {
      madvise(raw, bytes + header_bytes, MADV_HUGEPAGE);
    }
  }
  std::memcpy(raw, &block, sizeof block);
  allocations.fetch_add(1, std::memory_order_relaxed);
  raise(peak, now);
  return static_cast<char*>(raw) + header_bytes;
}

struct counting_allocator final : at::Allocator {
  at::DataPtr allocate(size_t bytes) MT_ALLOCATE_CONST override {
    void* data = acquire(bytes);
    return {data, data, &release, at::Device(at::DeviceType::CPU)};
  }
  at::DeleterFnPtr raw_deleter() const override { return &release; }
#ifdef MT_ALLOCATOR_COPIES
  void copy_data(void* destination, const void* source, size_t bytes) const override { default_copy_data(destination, source, bytes); }
#endif
};

counting_allocator allocator;

struct installer {
  installer() { c10::SetCPUAllocator(&allocator, 255); }
} install;

}  // namespace

namespace mt {

mt_tensor* wrap(at::Tensor value) {
  auto* tensor = new mt_tensor{std::move(value)};
  raise(peak_handles, handles.fetch_add(1, std::memory_order_relaxed) + 1);
  return tensor;
}

bool counted(const at::DataPtr& data) { return data.get_deleter() == &release; }

}  // namespace mt

MT_API void mt_tensor_free(mt_tensor* tensor) {
  if (tensor != nullptr) {
    mt::guard("free", {}, [&] {
      delete tensor;
      handles.fetch_sub(1, std::memory_order_relaxed);
    });
  }
}

struct mt_memory_statistics {
  int64_t allocated;    // bytes that live tensors hold in the host's memory
  int64_t peak;         // the most it has been since the start, or since mt_memory_reset_peak
  int64_t allocations;  // how many blocks were ever allocated
  int64_t limit;        // 0: none
  int64_t handles;      // live mt_tensor
  int64_t peak_handles;
  int64_t cached;       // bytes that were touched, are kept for tensors to come and that none holds
};

MT_API void mt_memory_read(mt_memory_statistics* out) {
  *out = {allocated.load(), peak.load(), allocations.load(), limit.load(), handles.load(), peak_handles.load(), static_cast<int64_t>(reserve().cached())};
}

MT_API void mt_memory_reset_peak() {
  peak.store(allocated.load());
  peak_handles.store(handles.load());
}

MT_API void mt_memory_set_limit(int64_t bytes) { limit.store(bytes); }

// Keeps the memory of large tensors for those to come, and maps so many bytes for them ahead.
MT_API int mt_memory_reserve(int64_t bytes) {
  return mt::guard("reserve_memory", {}, [&] {
    if (!reserve().add(static_cast<size_t>(bytes))) {
      refuse(bytes, "the operating system has no more");
    }
  });
}

// Touches up to so many bytes of what is reserved; returns how many are left.
MT_API int64_t mt_memory_populate(int64_t bytes) { return static_cast<int64_t>(reserve().populate(static_cast<size_t>(bytes))); }

MT_API int mt_memory_cuda(int device, int64_t* allocated_bytes, int64_t* peak_bytes) {
  return mt::guard("cuda.memory_allocated", {}, [&] {
#ifdef MT_CUDA
    const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(device);
    *allocated_bytes = stats.allocated_bytes[0].current;
    *peak_bytes = stats.allocated_bytes[0].peak;
#else
    throw mt::error(MT_DEVICE, "this libtorch was built without CUDA");
#endif
  });
}

MT_API int mt_memory_cuda_empty_cache() {
  return mt::guard("cuda.empty_cache", {}, [&] {
#ifdef MT_CUDA
    c10::cuda::CUDACachingAllocator::emptyCache();
#endif
  });
}
