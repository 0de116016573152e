#include "operation.h"

#include <sched.h>

#include "host_group.h"
#include "system.h"

namespace meditron::groups {

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::all_reduce: return "all_reduce";
    case Kind::reduce_scatter: return "reduce_scatter";
    case Kind::all_gather: return "all_gather";
    case Kind::broadcast: return "broadcast";
    case Kind::all_to_all: return "all_to_all";
    case Kind::barrier: return "barrier";
    case Kind::send: return "send";
    case Kind::receive: return "recv";
  }
  return "an unknown operation";
}

const char* name_of(Element type) {
  switch (type) {
    case Element::f32: return "Float32";
    case Element::bf16: return "BFloat16";
    case Element::i64: return "Int64";
    case Element::i32: return "Int32";
    case Element::u8: return "Byte";
  }
  return "of an unknown type";
}

int64_t size_of(Element type) {
  switch (type) {
    case Element::f32: case Element::i32: return 4;
    case Element::bf16: return 2;
    case Element::i64: return 8;
    case Element::u8: return 1;
  }
  return 1;
}

Operation::Operation(HostGroup* group)
    : peers(group->size()), sources(group->size()), sums(group->size()), sum_places(group->size()), splits(2 * group->size()), group_(group) {}

bool Operation::wait(int64_t until) {
  if (!group_->wait(*this, until)) return false;
  check();
  return true;
}

void Operation::check() const {
  if (const Failure* f = failure()) fail(f->reason, f->peer, f->text);
}

void Operation::on_complete(Completion callback, void* context) {
  while (callback_lock_.test_and_set(std::memory_order_acquire)) sched_yield();
  const bool ended = done();
  if (!ended) {
    callback_ = callback;
    callback_context_ = context;
  }
  callback_lock_.clear(std::memory_order_release);
  if (ended) callback(context, static_cast<int>(failure_.reason), failure_.peer, failure_.text.c_str());
}

void Operation::park(int64_t until) {
  waiters_.fetch_add(1);
  if (!done()) futex_wait(&state_, 0, until);
  waiters_.fetch_sub(1);
}

void Operation::finish(const Failure* failure) {
  if (call.release != nullptr) {
    for (void*& owner : call.owners) {
      if (owner != nullptr) call.release(owner);
      owner = nullptr;
    }
  }
  if (failure != nullptr) {
    failure_ = {failure->reason, failure->peer, describe() + ": " + failure->text};
  }
  while (callback_lock_.test_and_set(std::memory_order_acquire)) sched_yield();
  state_.store(1, std::memory_order_seq_cst);
  const Completion callback = std::exchange(callback_, nullptr);
  callback_lock_.clear(std::memory_order_release);
  if (waiters_.load() > 0) futex_wake(&state_);
  if (callback != nullptr) callback(callback_context_, static_cast<int>(failure_.reason), failure_.peer, failure_.text.c_str());
}

std::string Operation::describe() const { return group_->describe(*this); }

void Operation::release() {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) group_->recycle(this);
}

}  // namespace meditron::groups
