#include "system.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <fstream>

#include "failure.h"

namespace meditron::groups {

void fail_system(const std::string& what, int peer) { fail(Reason::system, peer, what + ": " + std::strerror(errno)); }

void Descriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::move(other.fd_);
    data_ = std::exchange(other.data_, nullptr);
    bytes_ = std::exchange(other.bytes_, 0);
  }
  return *this;
}

void Mapping::reset() {
  if (data_ != nullptr) ::munmap(data_, bytes_);
  data_ = nullptr;
  fd_.reset();
}

namespace {

char* map_shared(int fd, int64_t bytes) {
  void* data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) fail_system("mapping " + std::to_string(bytes) + " bytes of shared memory");
  return static_cast<char*>(data);
}

}  // namespace

Mapping Mapping::create(const char* name, int64_t bytes) {
  Mapping mapping;
  mapping.fd_ = Descriptor(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!mapping.fd_) fail_system("creating shared memory (memfd_create)");
  if (::ftruncate(mapping.fd(), bytes) != 0) fail_system("sizing shared memory to " + std::to_string(bytes) + " bytes");
  if (::fcntl(mapping.fd(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) fail_system("sealing the size of shared memory");
  mapping.data_ = map_shared(mapping.fd(), bytes);
  mapping.bytes_ = bytes;
  return mapping;
}

Mapping Mapping::open(Descriptor fd, int64_t bytes) {
  struct stat status;
  if (::fstat(fd.get(), &status) != 0) fail_system("reading the size of a peer's shared memory");
  const int seals = ::fcntl(fd.get(), F_GET_SEALS);
  if (status.st_size < bytes || seals < 0 || (seals & F_SEAL_SHRINK) == 0) {
    fail(Reason::refused, -1, "a peer's shared memory has " + std::to_string(status.st_size) + " bytes" + (seals & F_SEAL_SHRINK ? "" : " and could shrink") + "; " +
                                  std::to_string(bytes) + " sealed ones were expected");
  }
  Mapping mapping;
  mapping.data_ = map_shared(fd.get(), bytes);
  mapping.bytes_ = bytes;
  mapping.fd_ = std::move(fd);
  return mapping;
}

Descriptor make_event() {
  Descriptor fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) fail_system("creating an eventfd");
  return fd;
}

void signal_event(int fd) {
  const uint64_t one = 1;
  // It fails only where the counter is full, and then the reader is awake in any case.
  if (::write(fd, &one, sizeof one) < 0) return;
}

void drain_event(int fd) {
  uint64_t count;
  if (::read(fd, &count, sizeof count) < 0) return;
}

bool wait_readable(int fd, int64_t deadline) {
  for (;;) {
    const int64_t left = deadline - now();
    if (left <= 0) return false;
    const timespec time{left / kSecond, left % kSecond};
    pollfd item{fd, POLLIN, 0};
    if (::ppoll(&item, 1, &time, nullptr) > 0) return true;
  }
}

void random_bytes(void* data, size_t bytes) {
  if (::getrandom(data, bytes, 0) != static_cast<ssize_t>(bytes)) fail_system("reading random bytes");
}

std::string hex(const void* data, size_t bytes) {
  static const char digits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes; i++) {
    const unsigned char byte = static_cast<const unsigned char*>(data)[i];
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string machine_identity() {
  std::string boot;
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::getline(file, boot);
  struct stat status {};
  if (::stat("/proc/self/ns/net", &status) != 0 || boot.empty()) {
    // Nobody else's: such a member shares memory with none.
    char own[16];
    random_bytes(own, sizeof own);
    return hex(own, sizeof own);
  }
  return boot + "/" + std::to_string(status.st_ino);
}

void futex_wait(const void* word, uint32_t value, int64_t deadline) {
  const int64_t left = deadline - now();
  if (left <= 0) return;
  const timespec time{left / kSecond, left % kSecond};
  ::syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, &time, nullptr, 0);
}

void futex_wake(const void* word) { ::syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0); }

}  // namespace meditron::groups
