// The register-blocked products of attention: C[4, n] (+)= A[4, k] B[k, n], on packed operands in fp32 or in pairs of bf16.
#pragma once

#include "attention_simd.h"

namespace MT_NS {

// Operands are made of 32-bit units: one fp32 number, or two bf16 numbers that follow each other along the summed dimension.
struct FullUnit {
  static constexpr int elements = 1;
  static constexpr bool precise = true;
  static inline vf multiply_add_unit(const float* a, vf b, vf c) { return multiply_add(splat(*a), b, c); }
};

#if defined(__AVX512BF16__)
struct PairUnit {
  static constexpr int elements = 2;
  static constexpr bool precise = false;
  static inline vf multiply_add_unit(const float* a, vf b, vf c) {
    return (vf)_mm512_dpbf16_ps((__m512)c, (__m512bh)_mm512_castps_si512(_mm512_set1_ps(*a)), (__m512bh)_mm512_castps_si512((__m512)b));
  }
};
#endif

// Rows whose products are taken together before anything is done to them element by element, so that latencies overlap.
constexpr int64_t group_rows = 16;

template <class Unit>
static inline int64_t units_of(int64_t elements) { return (elements + Unit::elements - 1) / Unit::elements; }

// One register tile. a is [row][k] with row stride lda, or [k][row] when transposed; b is [k][column].
template <class Unit, bool transposed, int vectors>
static inline __attribute__((always_inline)) void multiply_tile(const float* a, int64_t lda, const float* b, int64_t ldb, int64_t depth,
                                                                float* c, int64_t ldc, bool accumulate) {
  vf sum[tile_rows][vectors];
  if (accumulate) {
#pragma GCC unroll 8
    for (int r = 0; r < tile_rows; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) sum[r][v] = load(c + r * ldc + v * vector_lanes);
    }
  } else {
#pragma GCC unroll 8
    for (int r = 0; r < tile_rows; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) sum[r][v] = vf{};
    }
  }
  for (int64_t k = 0; k < depth; ++k) {
    vf row[vectors];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) row[v] = load(b + k * ldb + v * vector_lanes);
#pragma GCC unroll 8
    for (int r = 0; r < tile_rows; ++r) {
      const float* left = transposed ? a + k * lda + r : a + r * lda + k;
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) sum[r][v] = Unit::multiply_add_unit(left, row[v], sum[r][v]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < tile_rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) store(c + r * ldc + v * vector_lanes, sum[r][v]);
  }
}

// Four rows of c, `vectors` vectors wide.
template <class Unit, bool transposed>
static inline void multiply_rows(int64_t vectors, const float* a, int64_t lda, const float* b, int64_t ldb, int64_t depth, float* c, int64_t ldc,
                                 bool accumulate) {
  while (vectors >= tile_vectors) {
    multiply_tile<Unit, transposed, tile_vectors>(a, lda, b, ldb, depth, c, ldc, accumulate);
    b += tile_vectors * vector_lanes;
    c += tile_vectors * vector_lanes;
    vectors -= tile_vectors;
  }
#if defined(__AVX512F__)
  if (vectors == 3) multiply_tile<Unit, transposed, 3>(a, lda, b, ldb, depth, c, ldc, accumulate);
  if (vectors == 2) multiply_tile<Unit, transposed, 2>(a, lda, b, ldb, depth, c, ldc, accumulate);
#endif
  if (vectors == 1) multiply_tile<Unit, transposed, 1>(a, lda, b, ldb, depth, c, ldc, accumulate);
}

}  // namespace MT_NS
