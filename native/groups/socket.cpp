#include "socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "failure.h"

namespace meditron::groups {

namespace {

std::string reason_of(Waited waited) { return waited == Waited::late ? "the deadline passed" : "the wait was cancelled"; }

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses resolve(const std::string& host, uint32_t port, int flags, std::string* why) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    *why = ::gai_strerror(error);
    found = nullptr;
  }
  return {found, ::freeaddrinfo};
}

sockaddr_un local_address(const std::string& name, socklen_t* length) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const size_t count = std::min(name.size(), sizeof address.sun_path - 1);
  std::memcpy(address.sun_path + 1, name.data(), count);
  *length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + count);
  return address;
}

}  // namespace

Waited wait_for(int fd, short events, const Patience& patience) {
  for (;;) {
    const int64_t left = patience.deadline - now();
    if (left <= 0) return Waited::late;
    const timespec time{left / kSecond, left % kSecond};
    pollfd items[2] = {{fd, events, 0}, {patience.cancel, POLLIN, 0}};
    if (::ppoll(items, 2, &time, nullptr) <= 0) continue;
    if (items[1].revents != 0) return Waited::cancelled;
    if (items[0].revents != 0) return Waited::ready;
  }
}

Descriptor listen_tcp(const std::string& host, uint32_t* port) {
  std::string why;
  const Addresses addresses = resolve(host, 0, AI_PASSIVE, &why);
  for (const addrinfo* a = addresses.get(); a != nullptr; a = a->ai_next) {
    Descriptor fd(::socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd || ::bind(fd.get(), a->ai_addr, a->ai_addrlen) != 0 || ::listen(fd.get(), 512) != 0) {
      why = std::strerror(errno);
      continue;
    }
    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &length) != 0) fail_system("reading the port of a listening socket");
    *port = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port : reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
    return fd;
  }
  fail(Reason::system, -1, "listening on '" + (host.empty() ? "any address" : host) + "': " + why + "; give the address of an interface of this machine");
}

Descriptor listen_local(const std::string& name) {
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  socklen_t length;
  const sockaddr_un address = local_address(name, &length);
  if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0 || ::listen(fd.get(), 512) != 0) fail_system("listening on a local socket");
  return fd;
}

Descriptor dial_tcp(const std::string& host, uint32_t port, const Patience& patience, std::string* why, bool* refused) {
  *refused = false;
  const Addresses addresses = resolve(host, port, 0, why);
  for (const addrinfo* a = addresses.get(); a != nullptr; a = a->ai_next) {
    Descriptor fd(::socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) {
      *why = std::strerror(errno);
      continue;
    }
    int error = ::connect(fd.get(), a->ai_addr, a->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      const Waited waited = wait_for(fd.get(), POLLOUT, patience);
      if (waited != Waited::ready) {
        *why = reason_of(waited);
        continue;
      }
      socklen_t length = sizeof error;
      if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
    }
    if (error == 0) {
      tune_tcp(fd.get());
      return fd;
    }
    *why = std::strerror(error);
    *refused = error == ECONNREFUSED;
  }
  return Descriptor();
}

Descriptor dial_local(const std::string& name, std::string* why) {
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  socklen_t length;
  const sockaddr_un address = local_address(name, &length);
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    *why = std::strerror(errno);
    return Descriptor();
  }
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  return fd;
}

std::vector<std::string> own_addresses() {
  std::vector<std::string> found;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) == 0) {
    for (const ifaddrs* at = list; at != nullptr; at = at->ifa_next) {
      if (at->ifa_addr == nullptr || (at->ifa_flags & IFF_UP) == 0 || (at->ifa_flags & IFF_LOOPBACK) != 0) continue;
      char text[INET6_ADDRSTRLEN];
      if (at->ifa_addr->sa_family == AF_INET) {
        ::inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(at->ifa_addr)->sin_addr, text, sizeof text);
        found.emplace_back(text);
      } else if (at->ifa_addr->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&reinterpret_cast<sockaddr_in6*>(at->ifa_addr)->sin6_addr)) {
        ::inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6*>(at->ifa_addr)->sin6_addr, text, sizeof text);
        found.emplace_back(text);
      }
    }
    ::freeifaddrs(list);
  }
  if (found.size() > 16) found.resize(16);
  found.emplace_back("127.0.0.1");
  return found;
}

void tune_tcp(int fd) {
  const auto set = [fd](int level, int name, int value) { ::setsockopt(fd, level, name, &value, sizeof value); };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  // A machine that vanished without a word is noticed within about ten seconds.
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 3);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 2);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 10000);
}

bool same_user(int fd) {
  ucred credentials{};
  socklen_t length = sizeof credentials;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 && credentials.uid == ::geteuid();
}

bool send_all(int fd, const void* data, size_t bytes, const Patience& patience, std::string* why) {
  const char* from = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t sent = ::send(fd, from, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      from += sent;
      bytes -= sent;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      const Waited waited = wait_for(fd, POLLOUT, patience);
      if (waited != Waited::ready) {
        *why = reason_of(waited);
        return false;
      }
    } else if (errno != EINTR) {
      *why = std::strerror(errno);
      return false;
    }
  }
  return true;
}

bool receive_all(int fd, void* data, size_t bytes, const Patience& patience, std::string* why) {
  char* to = static_cast<char*>(data);
  while (bytes > 0) {
    const ssize_t got = ::recv(fd, to, bytes, MSG_DONTWAIT);
    if (got > 0) {
      to += got;
      bytes -= got;
    } else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      const Waited waited = wait_for(fd, POLLIN, patience);
      if (waited != Waited::ready) {
        *why = reason_of(waited);
        return false;
      }
    } else if (got == 0 || errno != EINTR) {
      *why = got == 0 ? "it closed the connection" : std::strerror(errno);
      return false;
    }
  }
  return true;
}

bool send_descriptors(int fd, int first, int second, const Patience& patience, std::string* why) {
  char byte = 1;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(2 * sizeof(int));
  const int both[2] = {first, second};
  std::memcpy(CMSG_DATA(header), both, sizeof both);
  for (;;) {
    if (::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) return true;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      *why = std::strerror(errno);
      return false;
    }
    const Waited waited = wait_for(fd, POLLOUT, patience);
    if (waited != Waited::ready) {
      *why = reason_of(waited);
      return false;
    }
  }
}

bool receive_descriptors(int fd, Descriptor* first, Descriptor* second, const Patience& patience, std::string* why) {
  for (;;) {
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t got = ::recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got == 1) {
      const cmsghdr* header = CMSG_FIRSTHDR(&message);
      if (header == nullptr || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(2 * sizeof(int))) {
        *why = "it sent no shared memory";
        return false;
      }
      int both[2];
      std::memcpy(both, CMSG_DATA(header), sizeof both);
      *first = Descriptor(both[0]);
      *second = Descriptor(both[1]);
      return true;
    }
    if (got == 0) {
      *why = "it closed the connection";
      return false;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      *why = std::strerror(errno);
      return false;
    }
    const Waited waited = wait_for(fd, POLLIN, patience);
    if (waited != Waited::ready) {
      *why = reason_of(waited);
      return false;
    }
  }
}

}  // namespace meditron::groups
