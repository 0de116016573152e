// Other shapes over the same memory.
#include "torch/mt_convert.h"

using mt::get;
using mt::guard;
using mt::ints;
using mt::wrap;

MT_API int mt_view(mt_tensor* self, const int64_t* sizes, int64_t count, mt_tensor** out) {
  return guard("view", {self}, [&] { *out = wrap(get(self).view(ints(sizes, count))); });
}

MT_API int mt_reshape(mt_tensor* self, const int64_t* sizes, int64_t count, mt_tensor** out) {
  return guard("reshape", {self}, [&] { *out = wrap(get(self).reshape(ints(sizes, count))); });
}

MT_API int mt_flatten(mt_tensor* self, int64_t start, int64_t end, mt_tensor** out) {
  return guard("flatten", {self}, [&] { *out = wrap(get(self).flatten(start, end)); });
}

MT_API int mt_transpose(mt_tensor* self, int64_t a, int64_t b, mt_tensor** out) {
  return guard("transpose", {self}, [&] { *out = wrap(get(self).transpose(a, b)); });
}

MT_API int mt_permute(mt_tensor* self, const int64_t* dims, int64_t count, mt_tensor** out) {
  return guard("permute", {self}, [&] { *out = wrap(get(self).permute(ints(dims, count))); });
}

MT_API int mt_expand(mt_tensor* self, const int64_t* sizes, int64_t count, mt_tensor** out) {
  return guard("expand", {self}, [&] { *out = wrap(get(self).expand(ints(sizes, count))); });
}

MT_API int mt_unsqueeze(mt_tensor* self, int64_t dim, mt_tensor** out) {
  return guard("unsqueeze", {self}, [&] { *out = wrap(get(self).unsqueeze(dim)); });
}

MT_API int mt_squeeze(mt_tensor* self, int64_t dim, int all, mt_tensor** out) {
  return guard("squeeze", {self}, [&] { *out = wrap(all != 0 ? get(self).squeeze() : get(self).squeeze(dim)); });
}

MT_API int mt_narrow(mt_tensor* self, int64_t dim, int64_t start, int64_t length, mt_tensor** out) {
  return guard("narrow", {self}, [&] { *out = wrap(get(self).narrow(dim, start, length)); });
}

MT_API int mt_slice(mt_tensor* self, int64_t dim, int64_t start, int64_t end, int64_t step, mt_tensor** out) {
  return guard("slice", {self}, [&] { *out = wrap(get(self).slice(dim, start, end, step)); });
}

MT_API int mt_select(mt_tensor* self, int64_t dim, int64_t index, mt_tensor** out) {
  return guard("select", {self}, [&] { *out = wrap(get(self).select(dim, index)); });
}

MT_API int mt_as_strided(mt_tensor* self, const int64_t* sizes, const int64_t* strides, int64_t count, int64_t offset, mt_tensor** out) {
  return guard("as_strided", {self}, [&] { *out = wrap(get(self).as_strided(ints(sizes, count), ints(strides, count), offset)); });
}

MT_API int mt_view_dtype(mt_tensor* self, int dtype, mt_tensor** out) {
  return guard("view", {self}, [&] { *out = wrap(get(self).view(mt::type(dtype))); });
}

MT_API int mt_repeat_interleave(mt_tensor* self, int64_t repeats, int64_t dim, mt_tensor** out) {
  return guard("repeat_interleave", {self}, [&] { *out = wrap(get(self).repeat_interleave(repeats, dim)); });
}

MT_API int mt_repeat(mt_tensor* self, const int64_t* repeats, int64_t count, mt_tensor** out) {
  return guard("repeat", {self}, [&] { *out = wrap(get(self).repeat(ints(repeats, count))); });
}

MT_API int mt_tril(mt_tensor* self, int64_t diagonal, mt_tensor** out) {
  return guard("tril", {self}, [&] { *out = wrap(get(self).tril(diagonal)); });
}

MT_API int mt_triu(mt_tensor* self, int64_t diagonal, mt_tensor** out) {
  return guard("triu", {self}, [&] { *out = wrap(get(self).triu(diagonal)); });
}

MT_API int mt_cat(mt_tensor** tensors, int64_t count, int64_t dim, int stack, mt_tensor** out) {
  return mt::guard_list(stack != 0 ? "stack" : "cat", tensors, count, [&] {
    std::vector<at::Tensor> list;
    list.reserve(count);
    for (int64_t i = 0; i < count; ++i) {
      list.push_back(get(tensors[i]));
    }
    *out = wrap(stack != 0 ? at::stack(list, dim) : at::cat(list, dim));
  });
}
