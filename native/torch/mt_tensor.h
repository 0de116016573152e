#pragma once
// The opaque tensor of the C ABI, and the guard every function of the ABI runs its body under.
//
//   MT_API int mt_mm(mt_tensor* a, mt_tensor* b, mt_tensor** out) {
//     return mt::guard("mm", {a, b}, [&] { *out = mt::wrap(at::mm(mt::get(a), mt::get(b))); });
//   }
#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>

#include <initializer_list>
#include <stdexcept>

#include "torch/mt_status.h"

struct mt_tensor {
  at::Tensor value;
};

namespace mt {

// Thrown by checks of our own, where the kind is known without reading libtorch's message.
struct error : std::runtime_error {
  mt_status kind;
  error(mt_status kind, const std::string& message) : std::runtime_error(message), kind(kind) {}
};

inline at::Tensor& get(mt_tensor* tensor) {
  if (tensor == nullptr) {
    throw error(MT_OTHER, "a tensor argument is null");
  }
  return tensor->value;
}

// Hands a tensor to the caller, who frees it by mt_tensor_free; counts the live handles.
mt_tensor* wrap(at::Tensor value);

// True where the memory came from the counting allocator (and not, say, from a mapped file of the caller).
bool counted(const at::DataPtr& data);

// Called inside a catch block: stores the thread's message (operation, reason, arguments' types and shapes), returns the kind.
int report(const char* operation, std::initializer_list<const mt_tensor*> arguments) noexcept;
int report(const char* operation, const mt_tensor* const* arguments, int64_t count) noexcept;
// The same for a message that already says what was attempted, and on what.
int report(mt_status kind, const char* message) noexcept;

// Runs the body below autograd (backward passes are explicit here; no graph is ever recorded) and turns whatever it throws into a status.
template <typename Body>
int guard(const char* operation, std::initializer_list<const mt_tensor*> arguments, Body&& body) noexcept {
  try {
    at::AutoDispatchBelowADInplaceOrView no_autograd;
    body();
    return MT_OK;
  } catch (...) {
    return report(operation, arguments);
  }
}

// The same for functions that take a list of tensors.
template <typename Body>
int guard_list(const char* operation, const mt_tensor* const* arguments, int64_t count, Body&& body) noexcept {
  try {
    at::AutoDispatchBelowADInplaceOrView no_autograd;
    body();
    return MT_OK;
  } catch (...) {
    return report(operation, arguments, count);
  }
}

}  // namespace mt
