#pragma once
// Process groups behind the C ABI: what a backend implements, and how tensors become calls.
#include <memory>
#include <string>
#include <vector>

#include "groups/group.h"
#include "torch/mt_tensor.h"

struct mt_group_options {
  const char* name;
  const char* host;
  uint64_t generation;
  int64_t rank;
  int64_t size;
  int64_t chunk_bytes;
  int64_t shared_memory;
  int64_t spin;
};

// A member that has been prepared and not yet connected.
struct mt_endpoint {
  virtual ~mt_endpoint() = default;
  virtual const std::string& description() const = 0;
  virtual meditron::groups::Group* connect(const std::vector<std::string>& members, int64_t timeout) = 0;
  virtual void cancel() = 0;
};

namespace mt {

int report_group(const meditron::groups::GroupError& error) noexcept;

// Runs the body; a failure of a group keeps its reason and the rank to blame for mt_group_last_failure.
template <typename Body>
int group_guard(const char* operation, Body&& body) noexcept {
  try {
    at::AutoDispatchBelowADInplaceOrView no_autograd;
    body();
    return MT_OK;
  } catch (const meditron::groups::GroupError& error) {
    return report_group(error);
  } catch (...) {
    return report(operation, {});
  }
}

}  // namespace mt
