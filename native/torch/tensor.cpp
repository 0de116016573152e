// Creation, properties and copies of tensors.
#include <cstring>
#include <memory>

#include "torch/mt_convert.h"

using mt::get;
using mt::guard;
using mt::wrap;

MT_API int mt_empty(const int64_t* sizes, int64_t count, int dtype, int device_type, int device_index, mt_tensor** out) {
  return guard("empty", {}, [&] { *out = wrap(at::empty({sizes, static_cast<size_t>(count)}, mt::options(dtype, device_type, device_index))); });
}

MT_API int mt_full(const int64_t* sizes, int64_t count, mt_scalar value, int dtype, int device_type, int device_index, mt_tensor** out) {
  return guard("full", {}, [&] {
    *out = wrap(at::full({sizes, static_cast<size_t>(count)}, mt::scalar(value), mt::options(dtype, device_type, device_index)));
  });
}

MT_API int mt_arange(mt_scalar start, mt_scalar end, mt_scalar step, int dtype, int device_type, int device_index, mt_tensor** out) {
  return guard("arange", {}, [&] {
    *out = wrap(at::arange(mt::scalar(start), mt::scalar(end), mt::scalar(step), mt::options(dtype, device_type, device_index)));
  });
}

// A new CPU tensor with a copy of the caller's elements.
MT_API int mt_from_data(const void* data, int64_t bytes, const int64_t* sizes, int64_t count, int dtype, mt_tensor** out) {
  return guard("tensor", {}, [&] {
    at::Tensor tensor = at::empty({sizes, static_cast<size_t>(count)}, mt::options(dtype, 0, 0));
    if (static_cast<int64_t>(tensor.nbytes()) != bytes) {
      throw mt::error(MT_SHAPE, "the shape needs " + std::to_string(tensor.nbytes()) + " bytes and the data has " + std::to_string(bytes));
    }
    if (bytes > 0) {
      std::memcpy(tensor.data_ptr(), data, bytes);
    }
    *out = wrap(std::move(tensor));
  });
}

// A view of the caller's memory; `release(context)` runs once, when the last tensor over it is gone.
MT_API int mt_from_blob(void* data, const int64_t* sizes, int64_t count, int dtype, void (*release)(void*), void* context, mt_tensor** out) {
  return guard("frombuffer", {}, [&] {
    std::shared_ptr<void> owner(context, [release](void* c) {
      if (release != nullptr) {
        release(c);
      }
    });
    *out = wrap(at::from_blob(data, {sizes, static_cast<size_t>(count)}, [owner](void*) mutable { owner.reset(); }, mt::options(dtype, 0, 0)));
  });
}

struct mt_properties {
  void* data;
  int64_t numel;
  int64_t ndim;
  int64_t dtype;
  int64_t element_size;
  int64_t device_type;
  int64_t device_index;
  int64_t contiguous;
  int64_t owned_bytes;  // bytes of a counted storage where this tensor is its only user, else 0
};

MT_API int mt_get_properties(mt_tensor* self, mt_properties* out) {
  return guard("properties", {self}, [&] {
    const at::Tensor& t = get(self);
    out->data = t.numel() == 0 ? nullptr : t.data_ptr();
    out->numel = t.numel();
    out->ndim = t.dim();
    out->dtype = static_cast<int64_t>(t.scalar_type());
    out->element_size = static_cast<int64_t>(t.element_size());
    out->device_type = static_cast<int64_t>(t.device().type());
    out->device_index = t.device().index();
    out->contiguous = t.is_contiguous() ? 1 : 0;
    out->owned_bytes = t.storage().use_count() == 1 && mt::counted(t.storage().data_ptr()) ? static_cast<int64_t>(t.storage().nbytes()) : 0;
  });
}

MT_API int mt_get_layout(mt_tensor* self, int64_t* sizes, int64_t* strides, int64_t* storage_offset) {
  return guard("layout", {self}, [&] {
    const at::Tensor& t = get(self);
    std::copy(t.sizes().begin(), t.sizes().end(), sizes);
    std::copy(t.strides().begin(), t.strides().end(), strides);
    *storage_offset = t.storage_offset();
  });
}

MT_API int mt_item(mt_tensor* self, mt_scalar* out) {
  return guard("item", {self}, [&] { *out = mt::scalar(get(self).item()); });
}

MT_API int mt_alias(mt_tensor* self, mt_tensor** out) {
  return guard("alias", {self}, [&] { *out = wrap(get(self).alias()); });
}

MT_API int mt_clone(mt_tensor* self, mt_tensor** out) {
  return guard("clone", {self}, [&] { *out = wrap(get(self).clone(at::MemoryFormat::Contiguous)); });
}

MT_API int mt_contiguous(mt_tensor* self, mt_tensor** out) {
  return guard("contiguous", {self}, [&] { *out = wrap(get(self).contiguous()); });
}

MT_API int mt_to(mt_tensor* self, int dtype, int device_type, int device_index, int copy, mt_tensor** out) {
  return guard("to", {self}, [&] { *out = wrap(get(self).to(mt::options(dtype, device_type, device_index), false, copy != 0)); });
}

MT_API int mt_copy_(mt_tensor* self, mt_tensor* source, int non_blocking) {
  return guard("copy_", {self, source}, [&] { get(self).copy_(get(source), non_blocking != 0); });
}

MT_API int mt_fill_(mt_tensor* self, mt_scalar value) {
  return guard("fill_", {self}, [&] {
    // zero_ is a memset; fill_ may wrap the number in a tensor of its own.
    if (value.bits == 0) {
      get(self).zero_();
    } else {
      get(self).fill_(mt::scalar(value));
    }
  });
}

MT_API int mt_equal(mt_tensor* self, mt_tensor* other, int* out) {
  return guard("equal", {self, other}, [&] { *out = at::equal(get(self), get(other)) ? 1 : 0; });
}
