// What every kind of process group offers: operations that are started, waited for, and ended by an abort from any thread.
#pragma once
#include <cstdint>
#include <string>

#include "failure.h"
#include "kernels/types.h"

namespace meditron::groups {

enum class Kind : uint8_t { all_reduce = 1, reduce_scatter = 2, all_gather = 3, broadcast = 4, all_to_all = 5, barrier = 6, send = 7, receive = 8 };

const char* name_of(Kind kind);
const char* name_of(Element type);
int64_t size_of(Element type);

// One call of an operation. Counts are of elements; splits give each rank's share in rank order, or are null for equal ones.
struct Call {
  Kind kind = Kind::barrier;
  Element type = Element::u8;
  Element out_type = Element::u8;
  Reduction reduction = Reduction::sum;
  int peer = -1;  // the root of a broadcast, the other end of a send or receive
  int64_t tag = 0;
  const char* input = nullptr;
  int64_t input_elements = 0;
  char* output = nullptr;
  int64_t output_elements = 0;
  const int64_t* input_splits = nullptr;  // read before start() returns
  const int64_t* output_splits = nullptr;
  int64_t timeout = 0;  // nanoseconds
  // Keep the memory alive; given to `release` once the operation has ended (or was refused).
  void* owners[2] = {nullptr, nullptr};
  void (*release)(void*) = nullptr;
};

// How a waiting party is told of an end: reason none for success, else why, whom to blame (or -1) and a sentence.
using Completion = void (*)(void* context, int reason, int peer, const char* text);

// A started operation.
class Work {
 public:
  virtual bool done() const = 0;
  // Until it has ended or the time (monotonic nanoseconds) has come; true when it has ended. Throws GroupError where it failed.
  virtual bool wait(int64_t until) = 0;
  // Calls back once it has ended, perhaps at once, on the thread that ended it. The callback must be short and must not wait.
  virtual void on_complete(Completion callback, void* context) = 0;
  // The failure of an ended operation, or null.
  virtual const Failure* failure() const = 0;
  virtual void release() = 0;

 protected:
  ~Work() = default;
};

class Group {
 public:
  virtual int rank() const = 0;
  virtual int size() const = 0;
  // Whether it carries tensors in the host's memory, or those of a device.
  virtual bool host_memory() const = 0;
  // Starts the operation. With `wait`, returns null once it has ended. Throws GroupError where it cannot start or, with `wait`, failed.
  virtual Work* start(const Call& call, bool wait) = 0;
  // Ends every pending operation of this and, where the backend can tell them, of the other members. From any thread.
  virtual void abort(const std::string& why) = 0;
  // Calls back once when the group fails, perhaps at once.
  virtual void on_failure(Completion callback, void* context) = 0;
  // The group's failure, or null while it is sound.
  virtual const Failure* failure() const = 0;
  // How bytes reach a peer: "shared memory", "tcp", ...
  virtual const char* transport(int peer) const = 0;
  // For tests: the next chunk received from the peer is damaged before it is checked.
  virtual void corrupt_next(int peer, int64_t bit) = 0;
  // For tests: the next chunk to the peer, of a collective or of a message, is lost on the way.
  virtual void lose_next(int peer, bool message) = 0;
  // Leaves the group: what is pending fails, and the peers are told. From any thread; further calls are refused.
  virtual void close() = 0;
  // Closes and frees it. No other call may be running; works may outlive it.
  virtual void release() = 0;

 protected:
  virtual ~Group() = default;
};

}  // namespace meditron::groups
