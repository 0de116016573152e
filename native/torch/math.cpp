// Element by element, products and reductions. The operation codes follow the order of the lists here and of the enums in
// src/Meditron.Torch/Native (UnaryOp, BinaryOp, ReduceOp): add at the end only.
#include "torch/mt_convert.h"

using mt::get;
using mt::guard;
using mt::scalar;
using mt::wrap;

#define MT_UNARY_INPLACE(X) X(neg) X(abs) X(exp) X(log) X(sqrt) X(rsqrt) X(sigmoid) X(silu) X(cos) X(sin) X(tanh) X(reciprocal) X(square) X(floor) X(round)
#define MT_UNARY(X) MT_UNARY_INPLACE(X) X(sign) X(isfinite) X(isnan) X(logical_not) X(bitwise_not)

#define MT_BINARY_INPLACE(X) \
  X(mul) X(div) X(pow) X(bitwise_and) X(bitwise_or) X(bitwise_xor) X(bitwise_left_shift) X(bitwise_right_shift) X(remainder) X(floor_divide)
#define MT_BINARY_SCALAR(X) X(eq) X(ne) X(lt) X(le) X(gt) X(ge)
#define MT_BINARY_TENSOR(X) X(minimum) X(maximum) X(logical_and) X(logical_or) X(matmul) X(mm) X(bmm) X(outer) X(mv) X(dot)

namespace {

#define MT_CODE(name) code_##name,
#define MT_NAME(name) #name,

namespace unary {
enum code { MT_UNARY(MT_CODE) count };
const char* const names[] = {MT_UNARY(MT_NAME)};
}  // namespace unary

namespace binary {
enum code { code_add, code_sub, MT_BINARY_INPLACE(MT_CODE) MT_BINARY_SCALAR(MT_CODE) MT_BINARY_TENSOR(MT_CODE) count };
const char* const names[] = {"add", "sub", MT_BINARY_INPLACE(MT_NAME) MT_BINARY_SCALAR(MT_NAME) MT_BINARY_TENSOR(MT_NAME)};
}  // namespace binary

#define MT_REDUCE(X) X(sum) X(mean) X(amax) X(amin) X(argmax) X(argmin) X(any) X(all) X(prod) X(logsumexp) X(cumsum) X(softmax) X(log_softmax)
namespace reduce {
enum code { MT_REDUCE(MT_CODE) count };
const char* const names[] = {MT_REDUCE(MT_NAME)};
}  // namespace reduce

template <size_t N>
const char* name_of(const char* const (&names)[N], int op) {
  return op >= 0 && static_cast<size_t>(op) < N ? names[op] : "unknown operation";
}

[[noreturn]] void unsupported(const char* form) { throw mt::error(MT_OTHER, std::string("there is no ") + form + " form of this operation"); }

}  // namespace

MT_API int mt_unary(int op, mt_tensor* self, mt_tensor** out) {
  return guard(name_of(unary::names, op), {self}, [&] {
    const at::Tensor& t = get(self);
    switch (op) {
#define MT_CASE(name) \
  case unary::code_##name: *out = wrap(at::name(t)); return;
      MT_UNARY(MT_CASE)
#undef MT_CASE
      default: unsupported("unary");
    }
  });
}

MT_API int mt_unary_(int op, mt_tensor* self) {
  return guard(name_of(unary::names, op), {self}, [&] {
    at::Tensor& t = get(self);
    switch (op) {
#define MT_CASE(name) \
  case unary::code_##name: at::name##_(t); return;
      MT_UNARY_INPLACE(MT_CASE)
#undef MT_CASE
      default: unsupported("in-place");
    }
  });
}

MT_API int mt_binary(int op, mt_tensor* self, mt_tensor* other, mt_scalar alpha, mt_tensor** out) {
  return guard(name_of(binary::names, op), {self, other}, [&] {
    const at::Tensor& a = get(self);
    const at::Tensor& b = get(other);
    switch (op) {
      case binary::code_add: *out = wrap(a.add(b, scalar(alpha))); return;
      case binary::code_sub: *out = wrap(a.sub(b, scalar(alpha))); return;
#define MT_CASE(name) \
  case binary::code_##name: *out = wrap(a.name(b)); return;
        MT_BINARY_INPLACE(MT_CASE) MT_BINARY_SCALAR(MT_CASE) MT_BINARY_TENSOR(MT_CASE)
#undef MT_CASE
      default: unsupported("tensor");
    }
  });
}

MT_API int mt_binary_(int op, mt_tensor* self, mt_tensor* other, mt_scalar alpha) {
  return guard(name_of(binary::names, op), {self, other}, [&] {
    at::Tensor& a = get(self);
    const at::Tensor& b = get(other);
    switch (op) {
      case binary::code_add: a.add_(b, scalar(alpha)); return;
      case binary::code_sub: a.sub_(b, scalar(alpha)); return;
#define MT_CASE(name) \
  case binary::code_##name: a.name##_(b); return;
        MT_BINARY_INPLACE(MT_CASE)
#undef MT_CASE
      default: unsupported("in-place tensor");
    }
  });
}

MT_API int mt_binary_scalar(int op, mt_tensor* self, mt_scalar other, mt_tensor** out) {
  return guard(name_of(binary::names, op), {self}, [&] {
    const at::Tensor& a = get(self);
    const at::Scalar b = scalar(other);
    switch (op) {
      case binary::code_add: *out = wrap(a.add(b)); return;
      case binary::code_sub: *out = wrap(a.sub(b)); return;
#define MT_CASE(name) \
  case binary::code_##name: *out = wrap(a.name(b)); return;
        MT_BINARY_INPLACE(MT_CASE) MT_BINARY_SCALAR(MT_CASE)
#undef MT_CASE
      default: unsupported("scalar");
    }
  });
}

MT_API int mt_binary_scalar_(int op, mt_tensor* self, mt_scalar other) {
  return guard(name_of(binary::names, op), {self}, [&] {
    at::Tensor& a = get(self);
    const at::Scalar b = scalar(other);
    switch (op) {
      case binary::code_add: a.add_(b); return;
      case binary::code_sub: a.sub_(b); return;
#define MT_CASE(name) \
  case binary::code_##name: a.name##_(b); return;
        MT_BINARY_INPLACE(MT_CASE)
#undef MT_CASE
      default: unsupported("in-place scalar");
    }
  });
}

MT_API int mt_addcmul_(mt_tensor* self, mt_tensor* a, mt_tensor* b, mt_scalar value) {
  return guard("addcmul_", {self, a, b}, [&] { get(self).addcmul_(get(a), get(b), scalar(value)); });
}

MT_API int mt_addcdiv_(mt_tensor* self, mt_tensor* a, mt_tensor* b, mt_scalar value) {
  return guard("addcdiv_", {self, a, b}, [&] { get(self).addcdiv_(get(a), get(b), scalar(value)); });
}

MT_API int mt_addmm_(mt_tensor* self, mt_tensor* a, mt_tensor* b, mt_scalar beta, mt_scalar alpha) {
  return guard("addmm_", {self, a, b}, [&] { get(self).addmm_(get(a), get(b), scalar(beta), scalar(alpha)); });
}

MT_API int mt_mm_out(mt_tensor* a, mt_tensor* b, mt_tensor* out) {
  return guard("mm_out", {a, b, out}, [&] {
    at::Tensor& result = get(out);
    if (result.dim() != 2 || get(a).dim() != 2 || get(b).dim() != 2 || result.size(0) != get(a).size(0) || result.size(1) != get(b).size(1)) {
      throw mt::error(MT_SHAPE, "the output must have the shape of the product, it is never resized");
    }
    at::mm_out(result, get(a), get(b));
  });
}

MT_API int mt_lerp_(mt_tensor* self, mt_tensor* end, mt_scalar weight) {
  return guard("lerp_", {self, end}, [&] { get(self).lerp_(get(end), scalar(weight)); });
}

MT_API int mt_clamp(mt_tensor* self, mt_scalar low, int has_low, mt_scalar high, int has_high, int in_place, mt_tensor** out) {
  return guard("clamp", {self}, [&] {
    const mt::optional<at::Scalar> a = has_low != 0 ? mt::make_optional(scalar(low)) : mt::nullopt;
    const mt::optional<at::Scalar> b = has_high != 0 ? mt::make_optional(scalar(high)) : mt::nullopt;
    if (in_place != 0) {
      at::clamp_(get(self), a, b);
    } else {
      *out = wrap(at::clamp(get(self), a, b));
    }
  });
}

// `count` dimensions, or all of them for 0; dtype -1 keeps the operation's own.
MT_API int mt_reduce(int op, mt_tensor* self, const int64_t* dims, int64_t count, int keepdim, int dtype, mt_tensor** out) {
  return guard(name_of(reduce::names, op), {self}, [&] {
    const at::Tensor& t = get(self);
    const at::IntArrayRef list = mt::ints(dims, count);
    const bool keep = keepdim != 0;
    const mt::optional<at::ScalarType> type = dtype < 0 ? mt::nullopt : mt::make_optional(mt::type(dtype));
    const auto one = [&] {
      if (count != 1) {
        throw mt::error(MT_SHAPE, "exactly one dimension is needed, " + std::to_string(count) + " were given");
      }
      return dims[0];
    };
    switch (op) {
      case reduce::code_sum: *out = wrap(at::sum(t, list, keep, type)); return;
      case reduce::code_mean: *out = wrap(at::mean(t, list, keep, type)); return;
      case reduce::code_amax: *out = wrap(at::amax(t, list, keep)); return;
      case reduce::code_amin: *out = wrap(at::amin(t, list, keep)); return;
      case reduce::code_argmax: *out = wrap(at::argmax(t, count == 0 ? mt::nullopt : mt::make_optional(one()), keep)); return;
      case reduce::code_argmin: *out = wrap(at::argmin(t, count == 0 ? mt::nullopt : mt::make_optional(one()), keep)); return;
      case reduce::code_any: *out = wrap(count == 0 ? at::any(t) : at::any(t, one(), keep)); return;
      case reduce::code_all: *out = wrap(count == 0 ? at::all(t) : at::all(t, one(), keep)); return;
      case reduce::code_prod: *out = wrap(count == 0 ? at::prod(t, type) : at::prod(t, one(), keep, type)); return;
      case reduce::code_logsumexp: *out = wrap(at::logsumexp(t, one(), keep)); return;
      case reduce::code_cumsum: *out = wrap(at::cumsum(t, one(), type)); return;
      case reduce::code_softmax: *out = wrap(at::softmax(t, one(), type)); return;
      case reduce::code_log_softmax: *out = wrap(at::log_softmax(t, one(), type)); return;
      default: unsupported("reduction");
    }
  });
}

MT_API int mt_norm(mt_tensor* self, double p, const int64_t* dims, int64_t count, int keepdim, int dtype, mt_tensor** out) {
  return guard("norm", {self}, [&] {
    at::OptionalIntArrayRef list;
    if (count > 0) {
      list = mt::ints(dims, count);
    }
    *out = wrap(at::linalg_vector_norm(get(self), p, list, keepdim != 0, dtype < 0 ? mt::nullopt : mt::make_optional(mt::type(dtype))));
  });
}

MT_API int mt_topk(mt_tensor* self, int64_t k, int64_t dim, int largest, int sorted, mt_tensor** values, mt_tensor** indices) {
  return guard("topk", {self}, [&] {
    auto [v, i] = at::topk(get(self), k, dim, largest != 0, sorted != 0);
    *values = wrap(v);
    *indices = wrap(i);
  });
}

MT_API int mt_sort(mt_tensor* self, int64_t dim, int descending, mt_tensor** values, mt_tensor** indices) {
  return guard("sort", {self}, [&] {
    auto [v, i] = at::sort(get(self), mt::optional<bool>(true), dim, descending != 0);
    *values = wrap(v);
    *indices = wrap(i);
  });
}

MT_API int mt_max_dim(mt_tensor* self, int64_t dim, int keepdim, mt_tensor** values, mt_tensor** indices) {
  return guard("max", {self}, [&] {
    auto [v, i] = at::max(get(self), dim, keepdim != 0);
    *values = wrap(v);
    *indices = wrap(i);
  });
}

MT_API int mt_allclose(mt_tensor* self, mt_tensor* other, double rtol, double atol, int equal_nan, int* out) {
  return guard("allclose", {self, other}, [&] { *out = at::allclose(get(self), get(other), rtol, atol, equal_nan != 0) ? 1 : 0; });
}
