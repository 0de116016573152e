// Elements chosen by index or by mask.
#include "torch/mt_convert.h"

using mt::get;
using mt::guard;
using mt::scalar;
using mt::wrap;

MT_API int mt_where(mt_tensor* condition, mt_tensor* a, mt_tensor* b, mt_tensor** out) {
  return guard("where", {condition, a, b}, [&] { *out = wrap(at::where(get(condition), get(a), get(b))); });
}

MT_API int mt_index_select(mt_tensor* self, int64_t dim, mt_tensor* index, mt_tensor** out) {
  return guard("index_select", {self, index}, [&] { *out = wrap(at::index_select(get(self), dim, get(index))); });
}

MT_API int mt_gather(mt_tensor* self, int64_t dim, mt_tensor* index, mt_tensor** out) {
  return guard("gather", {self, index}, [&] { *out = wrap(at::gather(get(self), dim, get(index))); });
}

MT_API int mt_scatter(mt_tensor* self, int64_t dim, mt_tensor* index, mt_tensor* source, mt_tensor** out) {
  return guard("scatter", {self, index, source}, [&] { *out = wrap(at::scatter(get(self), dim, get(index), get(source))); });
}

MT_API int mt_scatter_(mt_tensor* self, int64_t dim, mt_tensor* index, mt_tensor* source) {
  return guard("scatter_", {self, index, source}, [&] { get(self).scatter_(dim, get(index), get(source)); });
}

MT_API int mt_scatter_value_(mt_tensor* self, int64_t dim, mt_tensor* index, mt_scalar value) {
  return guard("scatter_", {self, index}, [&] { get(self).scatter_(dim, get(index), scalar(value)); });
}

MT_API int mt_scatter_add_(mt_tensor* self, int64_t dim, mt_tensor* index, mt_tensor* source) {
  return guard("scatter_add_", {self, index, source}, [&] { get(self).scatter_add_(dim, get(index), get(source)); });
}

MT_API int mt_index_add_(mt_tensor* self, int64_t dim, mt_tensor* index, mt_tensor* source, mt_scalar alpha) {
  return guard("index_add_", {self, index, source}, [&] { get(self).index_add_(dim, get(index), get(source), scalar(alpha)); });
}

MT_API int mt_index_copy_(mt_tensor* self, int64_t dim, mt_tensor* index, mt_tensor* source) {
  return guard("index_copy_", {self, index, source}, [&] { get(self).index_copy_(dim, get(index), get(source)); });
}

MT_API int mt_masked_fill(mt_tensor* self, mt_tensor* mask, mt_scalar value, mt_tensor** out) {
  return guard("masked_fill", {self, mask}, [&] { *out = wrap(at::masked_fill(get(self), get(mask), scalar(value))); });
}

MT_API int mt_masked_fill_(mt_tensor* self, mt_tensor* mask, mt_scalar value) {
  return guard("masked_fill_", {self, mask}, [&] { get(self).masked_fill_(get(mask), scalar(value)); });
}

MT_API int mt_nonzero(mt_tensor* self, mt_tensor** out) {
  return guard("nonzero", {self}, [&] { *out = wrap(at::nonzero(get(self))); });
}
