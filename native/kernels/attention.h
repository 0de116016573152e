// Causal attention with grouped queries: arguments, and the entry points of each instruction set.
#pragma once

#include <cstdint>

namespace mt {

// A [batch, token, head, dim] operand: heads are contiguous (stride dim), batches and tokens may be strided. Strides in elements.
struct attention_rows {
  void* data = nullptr;
  int64_t batch_stride = 0;
  int64_t token_stride = 0;
};

// One call. Query t sees keys s <= t + keys - queries; head h uses group h / (heads / groups). Data are fp32, or bf16 when `bf16`;
// lse is always fp32, [batch, heads, queries], contiguous, natural logarithm. The backward needs queries == keys.
struct attention_args {
  int64_t batch = 0, queries = 0, keys = 0, heads = 0, groups = 0, dim = 0;
  double scale = 1.0;
  bool bf16 = false;
  attention_rows q, k, v, out;        // read by the backward, `out` included
  attention_rows dout, dq, dk, dv;    // backward only; dq, dk and dv are overwritten
  float* lse = nullptr;
};

}  // namespace mt

// Both return 0, or 1 when scratch memory could not be had. The bits of the results depend neither on the number of threads nor on timing.
#define MT_DECLARE_ATTENTION(ns)                                  \
  namespace ns {                                                  \
  int attention_forward(const mt::attention_args& args);          \
  int attention_backward(const mt::attention_args& args);         \
  }
MT_DECLARE_ATTENTION(mt_base)
MT_DECLARE_ATTENTION(mt_avx2)
MT_DECLARE_ATTENTION(mt_avx512)
MT_DECLARE_ATTENTION(mt_avx512bf16)
#undef MT_DECLARE_ATTENTION
