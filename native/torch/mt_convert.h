#pragma once
// Conversions between the ABI's plain values and libtorch's.
#include <torch/version.h>

#include <cstring>
#include <optional>

#include "torch/mt_tensor.h"

// A number as PyTorch's Scalar: the kind says how to read the bits.
struct mt_scalar {
  int64_t kind;  // 0 double, 1 integer, 2 bool
  int64_t bits;
};

namespace mt {

// libtorch's own optional became the standard's; the old name went away later.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 5)
using std::make_optional;
using std::nullopt;
using std::optional;
#else
using c10::make_optional;
using c10::nullopt;
using c10::optional;
#endif

inline at::Scalar scalar(mt_scalar value) {
  if (value.kind == 0) {
    double number;
    std::memcpy(&number, &value.bits, sizeof number);
    return number;
  }
  return value.kind == 1 ? at::Scalar(value.bits) : at::Scalar(value.bits != 0);
}

inline mt_scalar scalar(const at::Scalar& value) {
  if (value.isFloatingPoint()) {
    const double number = value.toDouble();
    mt_scalar result{0, 0};
    std::memcpy(&result.bits, &number, sizeof number);
    return result;
  }
  return value.isBoolean() ? mt_scalar{2, value.toBool() ? 1 : 0} : mt_scalar{1, value.toLong()};
}

inline at::ScalarType type(int dtype) {
  if (dtype < 0 || dtype >= static_cast<int>(at::ScalarType::NumOptions)) {
    throw error(MT_TYPE, "there is no scalar type " + std::to_string(dtype));
  }
  return static_cast<at::ScalarType>(dtype);
}

inline at::Device device(int device_type, int device_index) {
#ifndef MT_CUDA
  if (device_type != 0) {
    throw error(MT_DEVICE, "this libtorch was built without CUDA; use the device cpu, or build with LIBTORCH=DIR of a CUDA libtorch");
  }
#endif
  return {static_cast<at::DeviceType>(device_type), static_cast<at::DeviceIndex>(device_type == 0 ? -1 : device_index)};
}

inline at::TensorOptions options(int dtype, int device_type, int device_index) {
  return at::TensorOptions().dtype(type(dtype)).device(device(device_type, device_index));
}

inline at::IntArrayRef ints(const int64_t* values, int64_t count) { return {values, static_cast<size_t>(count)}; }

}  // namespace mt
