// Gloo, as libtorch has it.
#include "torch/c10d_group.h"

#include <gloo/context.h>
#include <gloo/transport/unbound_buffer.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include <algorithm>

#include "groups/socket.h"

namespace mt {

namespace {

class AbortableGloo final : public c10d::ProcessGroupGloo {
 public:
  using ProcessGroupGloo::ProcessGroupGloo;
  // Closing connections would leave those who wait for them waiting. A wait that runs out, though, fails everything else that waits in its context.
  void fail_waits() {
    for (auto& context : contexts_) {
      char nothing = 0;
      auto buffer = context->createUnboundBuffer(&nothing, sizeof nothing);
      try {
        buffer->waitRecv(nullptr, std::chrono::milliseconds(1));
      } catch (const std::exception&) {
        // As intended.
      }
    }
  }
};

class GlooAdapter final : public C10dAdapter {
 public:
  explicit GlooAdapter(c10::intrusive_ptr<AbortableGloo> group) : group_(std::move(group)) {}
  C10dBackend& backend() override { return *group_; }
  const char* name() const override { return "gloo"; }
  bool host_memory() const override { return true; }
  void wait(c10d::Work& work, int64_t deadline) override {
    const int64_t left = std::max<int64_t>(1, (deadline - meditron::groups::now()) / meditron::groups::kMillisecond);
    if (!work.wait(std::chrono::milliseconds(left))) throw std::runtime_error("Gloo gave the operation up");
  }
  void abort() override { group_->fail_waits(); }

 private:
  c10::intrusive_ptr<AbortableGloo> group_;
};

}  // namespace

C10dFactory gloo_factory(const std::string& host) {
  return [host](const c10::intrusive_ptr<c10d::Store>& store, int rank, int size, int64_t timeout) -> std::unique_ptr<C10dAdapter> {
    auto options = c10d::ProcessGroupGloo::Options::create(std::chrono::milliseconds(timeout / meditron::groups::kMillisecond + 1));
    options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(host.empty() ? meditron::groups::own_addresses().front() : host));
    options->threads = 1;
    return std::make_unique<GlooAdapter>(c10::make_intrusive<AbortableGloo>(store, rank, size, options));
  };
}

}  // namespace mt
