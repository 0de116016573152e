// AdamW (Loshchilov and Hutter 2019, algorithm 2) over flat buffers, in one pass.
#include <cmath>

#include "isa.h"
#include "vec.h"

namespace MT_NS {
namespace {

// Moved past the caches where whole vectors of the new state fall on their alignment: it is next read a step later.
template <bool kStream>
MT_INLINE void put(float* p, vf v, int n) {
  if (kStream && n == W) {
    stream(p, v);
  } else {
    store_n(p, v, n);
  }
}

template <bool kStream, class Compute>
void update(int64_t count, const AdamWState& from, const float* grad, const AdamWState& to, Compute* compute, const AdamWStep& step) {
  const double correction1 = 1.0 - std::pow(step.beta1, static_cast<double>(step.step));
  const double correction2 = 1.0 - std::pow(step.beta2, static_cast<double>(step.step));
  const float keep = static_cast<float>(1.0 - step.lr * step.weight_decay);
  const float step_size = static_cast<float>(step.lr / correction1);
  const float root2 = static_cast<float>(std::sqrt(correction2));
  const float beta1 = static_cast<float>(step.beta1), rest1 = static_cast<float>(1.0 - step.beta1);
  const float beta2 = static_cast<float>(step.beta2), rest2 = static_cast<float>(1.0 - step.beta2);
  const float eps = static_cast<float>(step.eps), scale = static_cast<float>(step.grad_scale);
  constexpr int64_t kBlock = 4096;
#pragma omp parallel for schedule(static) if (count > kParallelElements)
  for (int64_t block = 0; block < (count + kBlock - 1) / kBlock; block++) {
    const int64_t start = block * kBlock;
    const int64_t length = count - start < kBlock ? count - start : kBlock;
    for_vectors(length, [&](int64_t offset, int n) {
      const int64_t i = start + offset;
      const vf g = load_n(grad + i, n) * scale;
      const vf m = load_n(from.exp_avg + i, n) * beta1 + g * rest1;
      const vf v = load_n(from.exp_avg_sq + i, n) * beta2 + (g * g) * rest2;
      const vf p = load_n(from.master + i, n) * keep - step_size * m / (square_root(v) / root2 + eps);
      put<kStream>(to.exp_avg + i, m, n);
      put<kStream>(to.exp_avg_sq + i, v, n);
      put<kStream>(to.master + i, p, n);
      if (compute) store_n(compute + i, p, n);
    });
    if (kStream) stream_fence();
  }
}

bool aligned(const float* p) { return reinterpret_cast<uintptr_t>(p) % (W * sizeof(float)) == 0; }

}  // namespace

void adamw(int64_t count, const AdamWState& from, const float* grad, const AdamWState& to, void* compute, DType compute_type, const AdamWStep& step) {
  const bool stream = from.master != to.master && aligned(to.master) && aligned(to.exp_avg) && aligned(to.exp_avg_sq);
  if (compute_type == DType::bf16) {
    auto* weights = static_cast<bf16*>(compute);
    stream ? update<true>(count, from, grad, to, weights, step) : update<false>(count, from, grad, to, weights, step);
  } else {
    auto* weights = static_cast<float*>(compute);
    stream ? update<true>(count, from, grad, to, weights, step) : update<false>(count, from, grad, to, weights, step);
  }
}

}  // namespace MT_NS
