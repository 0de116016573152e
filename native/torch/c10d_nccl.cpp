// NCCL, as libtorch has it; only where libtorch has CUDA.
#include "torch/c10d_group.h"

#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include <thread>

namespace mt {

namespace {

class AbortableNccl final : public c10d::ProcessGroupNCCL {
 public:
  using ProcessGroupNCCL::ProcessGroupNCCL;
  void abort_all() {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 2)
    abort();
#else
    std::lock_guard<std::mutex> hold(mutex_);
    for (auto& entry : devNCCLCommMap_) {
      for (auto& communicator : entry.second) communicator->ncclCommAbort();
    }
#endif
  }
};

class NcclAdapter final : public C10dAdapter {
 public:
  explicit NcclAdapter(c10::intrusive_ptr<AbortableNccl> group) : group_(std::move(group)) {}
  C10dBackend& backend() override { return *group_; }
  const char* name() const override { return "nccl"; }
  bool host_memory() const override { return false; }
  void wait(c10d::Work& work, int64_t deadline) override {
    // The device works on its own; this thread, which does nothing else, looks when it has ended.
    while (!work.isCompleted()) {
      if (meditron::groups::now() > deadline) throw std::runtime_error("the deadline passed");
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
    if (const auto failure = work.exception()) std::rethrow_exception(failure);
  }
  void abort() override { group_->abort_all(); }

 private:
  c10::intrusive_ptr<AbortableNccl> group_;
};

}  // namespace

C10dFactory nccl_factory() {
  return [](const c10::intrusive_ptr<c10d::Store>& store, int rank, int size, int64_t timeout) -> std::unique_ptr<C10dAdapter> {
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = std::chrono::milliseconds(timeout / meditron::groups::kMillisecond + 1);
    return std::make_unique<NcclAdapter>(c10::make_intrusive<AbortableNccl>(store, rank, size, options));
  };
}

}  // namespace mt
