// Plain types shared by all kernels. No inline functions here: this header is included by objects compiled for different instruction sets.
#pragma once
#include <cstdint>

namespace meditron {

enum class DType : int { f32 = 0, bf16 = 1 };

struct bf16 {
  uint16_t bits;
};

// Elements that process groups carry and reduce.
enum class Element : int { f32 = 0, bf16 = 1, i64 = 2, i32 = 3, u8 = 4 };

// sum and average go in the order of the sources, tree_sum along the canonical binary tree over them, any_sum as the backend likes.
enum class Reduction : int { sum = 0, average = 1, maximum = 2, minimum = 3, tree_sum = 4, any_sum = 5 };

// One piece of a reduction over several sources. The destination may be one of the sources; bf16 is summed in fp32 and rounded once.
struct ReduceArgs {
  Element type;
  Element out_type;  // type, or f32 where type is bf16
  Reduction operation;
  int count;                    // sources
  const void* const* sources;   // in the order of their ranks
  uint64_t* const* checksums;   // for each source where its checksum goes, or null
  void* destination;
  int64_t elements;
};

// What AdamW keeps of a run of weights.
struct AdamWState {
  float *master, *exp_avg, *exp_avg_sq;
};

// Elements of each of a state's three buffers that share one checksum.
constexpr int64_t kStateBlock = 4096;

// One AdamW update; step counts from 1, gradients are multiplied by grad_scale first.
struct AdamWStep {
  double lr, beta1, beta2, eps, weight_decay;
  int64_t step;
  double grad_scale;
};

}  // namespace meditron
