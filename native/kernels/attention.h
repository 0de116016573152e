// Causal attention with grouped queries: the arguments of attention_forward and attention_backward (kernels.def).
// No inline functions here: this header is included by objects compiled for different instruction sets.
#pragma once
#include <cstdint>

namespace meditron {

// A [batch, token, head, dim] operand: heads are contiguous (stride dim), batches and tokens may be strided. Strides in elements.
struct AttentionRows {
  void* data;
  int64_t batch_stride, token_stride;
};

// One call. Query t sees keys s <= t + keys - queries; head h uses group h / (heads / groups). Data are fp32, or bf16 when `bf16_data`;
// lse is always fp32, [batch, heads, queries], contiguous, natural logarithm. The backward reads `out` and needs queries == keys.
struct AttentionArgs {
  int64_t batch, queries, keys, heads, groups, dim;
  double scale;
  bool bf16_data;
  AttentionRows q, k, v, out;
  AttentionRows dout, dq, dk, dv;  // backward only; dq, dk and dv are overwritten
  float* lse;
};

}  // namespace meditron
