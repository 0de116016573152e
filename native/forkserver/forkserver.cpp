// A fork server: it loads libraries that take long to load, once, and forks a process of a .NET program, which has them loaded, each time it is asked to.
//
//   meditron-forkserver HOSTFXR HOST DOTNET_ROOT APPLICATION LIBRARY PADDING
//
// Its standard input is a socket, whose end ends it; what it has started runs on. It has no thread but its first, so that what it forks is whole.
// Every number is 32 bits, in the machine's order. A request: the bytes that follow, a number that its answer bears, how many arguments; then strings, each with a zero:
// the file that the process writes to, its arguments from the program's name on, and its environment. An answer: what it is, and two values (Answer).
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace {

enum class Answer : int32_t {
  ready = 1,    // the libraries are loaded
  started = 2,  // the number, and the process id or a negative errno
  exited = 3,   // the process id, and its status as waitpid tells it
};

constexpr int kSocket = 0;
constexpr uint32_t kMostBytes = 1 << 20;

// What the program's own host would call, with which arguments.
using Main = int (*)(int argc, const char** argv, const char* host_path, const char* dotnet_root, const char* app_path);

struct Host {
  Main main;
  std::string program, root, application;
};

struct Request {
  int32_t number = 0;
  std::vector<char*> strings;  // log, arguments, environment
  uint32_t arguments = 0;
  std::vector<char> bytes;
};

// Where the command line lies that others see of this process.
struct Title {
  char* begin;
  size_t bytes;
};

bool receive(void* into, size_t bytes) {
  auto* at = static_cast<char*>(into);
  while (bytes > 0) {
    const ssize_t got = ::read(kSocket, at, bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    bytes -= static_cast<size_t>(got);
  }
  return true;
}

bool answer(Answer kind, int32_t one, int32_t other) {
  const int32_t message[] = {static_cast<int32_t>(kind), one, other};
  return ::send(kSocket, message, sizeof message, MSG_NOSIGNAL) == sizeof message;
}

bool receive(Request& request) {
  uint32_t header[3];
  if (!receive(header, sizeof header) || header[0] > kMostBytes || header[0] < 2 * sizeof(uint32_t)) return false;
  request.number = static_cast<int32_t>(header[1]);
  request.arguments = header[2];
  request.bytes.resize(header[0] - 2 * sizeof(uint32_t) + 1);
  if (!receive(request.bytes.data(), request.bytes.size() - 1)) return false;
  request.bytes.back() = 0;
  for (char* at = request.bytes.data(); at < &request.bytes.back(); at += std::strlen(at) + 1) request.strings.push_back(at);
  return request.arguments > 0 && request.arguments < request.strings.size();
}

void show(const Title& title, const std::vector<char*>& arguments) {
  std::memset(title.begin, 0, title.bytes);
  size_t used = 0;
  for (const char* argument : arguments) {
    const size_t bytes = std::strlen(argument) + 1;
    if (used + bytes > title.bytes) break;
    std::memcpy(title.begin + used, argument, bytes);
    used += bytes;
  }
  const char* slash = std::strrchr(arguments[0], '/');
  ::prctl(PR_SET_NAME, slash != nullptr ? slash + 1 : arguments[0]);
}

// In the new process: becomes the program, and ends with its exit code. Where that fails, `begun` is told why; it is closed once nothing can fail any more.
[[noreturn]] void become(const Host& host, const Title& title, Request& request, const sigset_t& mask, int begun) {
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDONLY);
  const int log = ::open(request.strings[0], O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (nothing < 0 || log < 0 || ::dup2(nothing, 0) < 0 || ::dup2(log, 1) < 0 || ::dup2(log, 2) < 0) {
    const int why = errno;
    if (::write(begun, &why, sizeof why) < 0) ::_exit(126);
    ::_exit(127);
  }
  ::close(nothing);
  ::close(log);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);

  std::vector<char*> arguments(request.strings.begin() + 1, request.strings.begin() + 1 + request.arguments);
  // Never freed: what runs at exit may read it.
  auto& environment = *new std::vector<char*>(request.strings.begin() + 1 + request.arguments, request.strings.end());
  environment.push_back(nullptr);
  environ = environment.data();
  show(title, arguments);
  ::close(begun);

  std::vector<const char*> told{host.program.c_str()};
  size_t first = 1;
  if (arguments.size() > 1 && host.application == arguments[1]) first = 2;
  told.insert(told.end(), arguments.begin() + static_cast<std::ptrdiff_t>(first), arguments.end());
  const int count = static_cast<int>(told.size());
  told.push_back(nullptr);
  ::exit(host.main(count, told.data(), host.program.c_str(), host.root.c_str(), host.application.c_str()));
}

// Forks a process and waits until it is on its way. Returns its id, or a negative errno.
int fork_one(const Host& host, const Title& title, Request& request, const sigset_t& mask, int ended) {
  int begun[2];
  if (::pipe2(begun, O_CLOEXEC) != 0) return -errno;
  const pid_t process = ::fork();
  if (process == 0) {
    ::close(ended);
    ::close(begun[0]);
    become(host, title, request, mask, begun[1]);
  }
  int result = process < 0 ? -errno : process;
  ::close(begun[1]);
  int why;
  if (process > 0 && ::read(begun[0], &why, sizeof why) == sizeof why) result = -why;
  ::close(begun[0]);
  return result;
}

bool tell_of_the_ended() {
  int status;
  for (pid_t process; (process = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    if (!answer(Answer::exited, process, status)) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "meditron-forkserver is started by meditron: HOSTFXR HOST DOTNET_ROOT APPLICATION LIBRARY PADDING\n");
    return 2;
  }
  const Title title{argv[0], static_cast<size_t>(argv[6] + std::strlen(argv[6]) - argv[0])};
  void* fxr = ::dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  const auto start = fxr == nullptr ? nullptr : reinterpret_cast<Main>(::dlsym(fxr, "hostfxr_main_startupinfo"));
  if (start == nullptr || ::dlopen(argv[5], RTLD_LAZY | RTLD_LOCAL) == nullptr) {
    std::fprintf(stderr, "meditron-forkserver cannot load %s, so that processes are started without it: %s\n", start == nullptr ? argv[1] : argv[5], ::dlerror());
    return 1;
  }
  const Host host{start, argv[2], argv[3], argv[4]};

  sigset_t children, before;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &children, &before);
  const int ended = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  if (ended < 0 || !answer(Answer::ready, 0, 0)) return 1;

  pollfd items[] = {{kSocket, POLLIN, 0}, {ended, POLLIN, 0}};
  while (true) {
    if (::poll(items, 2, -1) < 0 && errno != EINTR) return 1;
    if (items[1].revents != 0) {
      signalfd_siginfo told;
      while (::read(ended, &told, sizeof told) > 0) {
      }
      if (!tell_of_the_ended()) return 0;
    }
    if (items[0].revents == 0) continue;
    Request request;
    if (!receive(request)) return 0;
    if (!answer(Answer::started, request.number, fork_one(host, title, request, before, ended))) return 0;
  }
}
