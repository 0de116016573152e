// Sockets with deadlines, and descriptors sent through them.
#pragma once
#include <string>
#include <vector>

#include "system.h"

namespace meditron::groups {

// What ends a wait on a socket: the time, or an event that another thread signals.
struct Patience {
  int64_t deadline;
  int cancel;
};

enum class Waited { ready, late, cancelled };
Waited wait_for(int fd, short events, const Patience& patience);

// Listens on the address (empty: on all of them), at a port the system chooses.
Descriptor listen_tcp(const std::string& host, uint32_t* port);
// A name without a file, gone with its last owner; only within a network namespace.
Descriptor listen_local(const std::string& name);
// The descriptor, or none and the reason in `why`.
Descriptor dial_tcp(const std::string& host, uint32_t port, const Patience& patience, std::string* why, bool* refused);
Descriptor dial_local(const std::string& name, std::string* why);
// This machine's addresses that others may reach, and the loopback last.
std::vector<std::string> own_addresses();
void tune_tcp(int fd);
// True where the other end of a local socket runs as this user.
bool same_user(int fd);

// False where the connection ended, the deadline passed or the wait was cancelled; `why` says which.
bool send_all(int fd, const void* data, size_t bytes, const Patience& patience, std::string* why);
bool receive_all(int fd, void* data, size_t bytes, const Patience& patience, std::string* why);
bool send_descriptors(int fd, int first, int second, const Patience& patience, std::string* why);
bool receive_descriptors(int fd, Descriptor* first, Descriptor* second, const Patience& patience, std::string* why);

}  // namespace meditron::groups
