// Sum of squares in a fixed order, addition, casts.
#include "isa.h"

#include <omp.h>

#include "scratch.h"
#include "vec.h"

namespace MT_NS {

namespace {

constexpr int64_t kBlock = 16384;

typedef double vd __attribute__((vector_size(64)));
typedef float vf8 __attribute__((vector_size(32), aligned(4), may_alias));

// The square of a float is exact in double, so fused and separate multiplication give the same sum on every instruction set.
double block_sum(const float* values, int64_t count) {
  vd sums[4] = {};
  int64_t i = 0;
  for (; i + 32 <= count; i += 32) {
    for (int j = 0; j < 4; j++) {
      const vd v = __builtin_convertvector(*reinterpret_cast<const vf8*>(values + i + 8 * j), vd);
      sums[j] += v * v;
    }
  }
  const vd total = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  double tail = 0;
  for (; i < count; i++) tail += static_cast<double>(values[i]) * values[i];
  return (((total[0] + total[1]) + (total[2] + total[3])) + ((total[4] + total[5]) + (total[6] + total[7]))) + tail;
}

template <class S, class D>
void cast_typed(int64_t count, const S* source, D* destination) {
#pragma omp parallel for schedule(static) if (count > kParallelElements)
  for (int64_t block = 0; block < (count + kBlock - 1) / kBlock; block++) {
    const int64_t start = block * kBlock;
    const int64_t length = count - start < kBlock ? count - start : kBlock;
    for_vectors(length, [&](int64_t i, int n) { store_n(destination + start + i, load_n(source + start + i, n), n); });
  }
}

template <class D, class S>
void add_typed(int64_t count, D* destination, const S* source) {
#pragma omp parallel for schedule(static) if (count > kParallelElements)
  for (int64_t block = 0; block < (count + kBlock - 1) / kBlock; block++) {
    const int64_t start = block * kBlock;
    const int64_t length = count - start < kBlock ? count - start : kBlock;
    for_vectors(length, [&](int64_t i, int n) {
      store_n(destination + start + i, load_n(destination + start + i, n) + load_n(source + start + i, n), n);
    });
  }
}

}  // namespace

double sum_squares(int64_t count, const float* values) {
  const int64_t blocks = (count + kBlock - 1) / kBlock;
  if (blocks == 0) return 0;
  double* sums = static_cast<double*>(meditron::scratch(meditron::ScratchUse::sums, blocks * sizeof(double)));
#pragma omp parallel for schedule(static) if (blocks > 1)
  for (int64_t block = 0; block < blocks; block++) {
    const int64_t start = block * kBlock;
    sums[block] = block_sum(values + start, count - start < kBlock ? count - start : kBlock);
  }
  // Pairwise: neighbours first, then pairs of pairs.
  for (int64_t width = 1; width < blocks; width *= 2) {
    for (int64_t i = 0; i + width < blocks; i += 2 * width) sums[i] += sums[i + width];
  }
  return sums[0];
}

void add(DType destination_type, DType source_type, int64_t count, void* destination, const void* source) {
  with_type(destination_type, [&](auto* d) {
    with_type(source_type, [&](auto* s) {
      add_typed(count, static_cast<decltype(d)>(destination), static_cast<const decltype(s)>(const_cast<void*>(source)));
    });
  });
}

void cast(DType source_type, DType destination_type, int64_t count, const void* source, void* destination) {
  with_type(source_type, [&](auto* s) {
    with_type(destination_type, [&](auto* d) {
      cast_typed(count, static_cast<const decltype(s)>(const_cast<void*>(source)), static_cast<decltype(d)>(destination));
    });
  });
}

}  // namespace MT_NS
