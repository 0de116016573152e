// silu(gate) * up, forward and backward.
#include "isa.h"
#include "vec.h"

namespace MT_NS {

void swiglu(DType type, int64_t rows, int64_t width, const void* gate, int64_t ldg, const void* up, int64_t ldu, void* out, int64_t ldo) {
  with_type(type, [&](auto* tag) {
    using P = decltype(tag);
    const auto* g0 = static_cast<P>(const_cast<void*>(gate));
    const auto* u0 = static_cast<P>(const_cast<void*>(up));
    auto* o0 = static_cast<P>(out);
#pragma omp parallel for schedule(static) if (rows * width > kParallelElements)
    for (int64_t row = 0; row < rows; row++) {
      for_vectors(width, [&](int64_t i, int n) {
        const vf g = load_n(g0 + row * ldg + i, n);
        store_n(o0 + row * ldo + i, g / (1.0f + exp(-g)) * load_n(u0 + row * ldu + i, n), n);
      });
    }
  });
}

void swiglu_backward(DType type, int64_t rows, int64_t width, const void* dout, int64_t lddo, const void* gate, int64_t ldg, const void* up,
                     int64_t ldu, void* dgate, int64_t lddg, void* dup, int64_t lddu) {
  with_type(type, [&](auto* tag) {
    using P = decltype(tag);
    const auto* d0 = static_cast<P>(const_cast<void*>(dout));
    const auto* g0 = static_cast<P>(const_cast<void*>(gate));
    const auto* u0 = static_cast<P>(const_cast<void*>(up));
    auto* dg0 = static_cast<P>(dgate);
    auto* du0 = static_cast<P>(dup);
#pragma omp parallel for schedule(static) if (rows * width > kParallelElements)
    for (int64_t row = 0; row < rows; row++) {
      for_vectors(width, [&](int64_t i, int n) {
        const vf d = load_n(d0 + row * lddo + i, n);
        const vf g = load_n(g0 + row * ldg + i, n);
        const vf u = load_n(u0 + row * ldu + i, n);
        const vf s = sigmoid(g);
        store_n(dg0 + row * lddg + i, d * u * (s * (1.0f + g * (1.0f - s))), n);
        store_n(du0 + row * lddu + i, d * (g * s), n);
      });
    }
  });
}

}  // namespace MT_NS
