// Thin owners of what the operating system gives: descriptors, mappings, the monotonic clock.
#pragma once
#include <sys/types.h>
#include <time.h>

#include <cstdint>
#include <string>
#include <utility>

namespace meditron::groups {

constexpr int64_t kMillisecond = 1000000;
constexpr int64_t kSecond = 1000 * kMillisecond;

inline int64_t now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

inline void pause_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Descriptor() { reset(); }
  void reset();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Memory that several processes map, without a name: a crash leaves nothing behind.
class Mapping {
 public:
  Mapping() = default;
  Mapping(Mapping&& other) noexcept : fd_(std::move(other.fd_)), data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping() { reset(); }
  // A new one of zeros whose size can no longer change.
  static Mapping create(const char* name, int64_t bytes);
  // A peer's; refuses one that is smaller than it should be or that could shrink under our feet.
  static Mapping open(Descriptor fd, int64_t bytes);
  void reset();
  char* data() const { return data_; }
  int64_t bytes() const { return bytes_; }
  int fd() const { return fd_.get(); }

 private:
  Descriptor fd_;
  char* data_ = nullptr;
  int64_t bytes_ = 0;
};

// A counter that wakes whoever polls it.
Descriptor make_event();
void signal_event(int fd);
void drain_event(int fd);

// Polls one descriptor; false when the deadline (monotonic nanoseconds) passed first.
bool wait_readable(int fd, int64_t deadline);

void random_bytes(void* data, size_t bytes);
std::string hex(const void* data, size_t bytes);
// The boot and the network namespace: members with the same one can share memory.
std::string machine_identity();

// Futex on a private word: sleeps while it holds `value`, up to the deadline.
void futex_wait(const void* word, uint32_t value, int64_t deadline);
void futex_wake(const void* word);

}  // namespace meditron::groups
