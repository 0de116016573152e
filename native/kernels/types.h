// Plain types shared by all kernels. No inline functions here: this header is included by objects compiled for different instruction sets.
#pragma once
#include <cstdint>

namespace meditron {

enum class DType : int { f32 = 0, bf16 = 1 };

struct bf16 {
  uint16_t bits;
};

// One AdamW update; step counts from 1, gradients are multiplied by grad_scale first.
struct AdamWStep {
  double lr, beta1, beta2, eps, weight_decay;
  int64_t step;
  double grad_scale;
};

}  // namespace meditron
