// AdamW (Loshchilov and Hutter 2019, algorithm 2) over flat buffers, in one pass.
#include <cmath>

#include "isa.h"
#include "vec.h"

namespace MT_NS {

void adamw(int64_t count, float* master, const float* grad, float* exp_avg, float* exp_avg_sq, bf16* compute, const AdamWStep& step) {
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
      const vf m = load_n(exp_avg + i, n) * beta1 + g * rest1;
      const vf v = load_n(exp_avg_sq + i, n) * beta2 + (g * g) * rest2;
      const vf p = load_n(master + i, n) * keep - step_size * m / (square_root(v) / root2 + eps);
      store_n(exp_avg + i, m, n);
      store_n(exp_avg_sq + i, v, n);
      store_n(master + i, p, n);
      if (compute) store_n(compute + i, p, n);
    });
  }
}

}  // namespace MT_NS
