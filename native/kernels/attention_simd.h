// The vector type of the instruction set this file is compiled for, and the few operations attention needs of it.
// Everything sits in MT_NS: the same names are compiled once per instruction set and must never be merged by the linker.
#pragma once

#include <cstdint>
#include <cstring>
#include <immintrin.h>

namespace MT_NS {

#if defined(__AVX512F__)
constexpr int vector_lanes = 16;
constexpr int tile_vectors = 4;
#elif defined(__AVX2__)
constexpr int vector_lanes = 8;
constexpr int tile_vectors = 2;
#else
constexpr int vector_lanes = 4;
constexpr int tile_vectors = 2;
#endif
constexpr int tile_rows = 4;

typedef float vf __attribute__((vector_size(vector_lanes * 4)));
typedef float vf_unaligned __attribute__((vector_size(vector_lanes * 4), aligned(4), may_alias));
typedef int32_t vi __attribute__((vector_size(vector_lanes * 4)));

constexpr float minus_infinity = -__builtin_inff();

static inline int64_t round_up(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }
static inline int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }

static inline vf load(const float* p) { return (vf)(*(const vf_unaligned*)p); }
static inline void store(float* p, vf v) { *(vf_unaligned*)p = (vf_unaligned)v; }
static inline vf splat(float x) {
#if defined(__AVX512F__)
  return (vf)_mm512_set1_ps(x);
#elif defined(__AVX2__)
  return (vf)_mm256_set1_ps(x);
#else
  return (vf)_mm_set1_ps(x);
#endif
}

// a * b + c, rounded once where the instruction set can.
static inline vf multiply_add(vf a, vf b, vf c) {
#if defined(__AVX512F__)
  return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
  return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  return a * b + c;
#endif
}

// Like MAXPS: where either lane is a NaN the second is returned, so a NaN may be dropped here (it survives in the exponentials).
static inline vf maximum(vf a, vf b) {
#if defined(__AVX512F__)
  return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#else
  return a > b ? a : b;
#endif
}

static inline vi lane_index() {
  vi index;
  for (int i = 0; i < vector_lanes; ++i) index[i] = i;
  return index;
}

// Lanes from `count` on replaced by `fill`.
static inline vf keep_first(vf v, int64_t count, float fill) {
  const vi mask = lane_index() < (int32_t)lesser(greater(count, 0), vector_lanes);
  return mask ? v : splat(fill);
}

static inline float horizontal_max(vf v) {
#if defined(__AVX512F__)
  return _mm512_reduce_max_ps((__m512)v);
#else
  float m = v[0];
  for (int i = 1; i < vector_lanes; ++i) m = v[i] > m ? v[i] : m;
  return m;
#endif
}

// A pairwise tree, the same in every call.
static inline float horizontal_sum(vf v) {
#if defined(__AVX512F__)
  return _mm512_reduce_add_ps((__m512)v);
#else
  float x[vector_lanes];
  memcpy(x, &v, sizeof x);
  for (int half = vector_lanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) x[i] += x[i + half];
  }
  return x[0];
#endif
}

// 2^x for x from -inf up; below 2^-126 it may flush to zero; NaN stays NaN. Precise: about 1 ulp; else 7e-6, enough for results rounded to bf16.
template <bool precise>
static inline vf exp2_of(vf x) {
#if defined(__AVX512F__)
  x = maximum(splat(-200.0f), x);  // -inf less itself would be a NaN; a NaN stays, being the second argument
  const vf n = (vf)_mm512_roundscale_ps((__m512)x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const vf f = x - n;
#else
  x = x < splat(-127.0f) ? splat(-127.0f) : x;
  x = x > splat(128.0f) ? splat(128.0f) : x;
#if defined(__AVX2__)
  const vi whole = (vi)_mm256_cvtps_epi32((__m256)x);
#else
  const vi whole = (vi)_mm_cvtps_epi32((__m128)x);
#endif
  const vf f = x - __builtin_convertvector(whole, vf);
#endif
  vf p;
  if (precise) {
    p = multiply_add(f, splat(1.535336188319500e-4f), splat(1.339887440266574e-3f));
    p = multiply_add(p, f, splat(9.618437357674640e-3f));
    p = multiply_add(p, f, splat(5.550332471162809e-2f));
    p = multiply_add(p, f, splat(2.402264791363012e-1f));
    p = multiply_add(p, f, splat(6.931472028550421e-1f));
  } else {
    p = multiply_add(f, splat(9.656710289e-3f), splat(5.583828295e-2f));
    p = multiply_add(p, f, splat(2.402253010e-1f));
    p = multiply_add(p, f, splat(6.931367339e-1f));
  }
  p = multiply_add(p, f, splat(1.0f));
#if defined(__AVX512F__)
  return (vf)_mm512_scalef_ps((__m512)p, (__m512)n);
#else
  return p * (vf)((whole + 127) << 23);
#endif
}

// out[c][r] = in[r][c] for 32-bit units; `rows` and `columns` are multiples of 4 as far as memory goes. Moves bits only.
static inline void transpose_units(const float* in, int64_t in_stride, int64_t rows, int64_t columns, float* out, int64_t out_stride) {
  for (int64_t c = 0; c < columns; c += 4) {
    for (int64_t r = 0; r < rows; r += 4) {
      const float* p = in + r * in_stride + c;
      __m128 a0 = _mm_loadu_ps(p), a1 = _mm_loadu_ps(p + in_stride), a2 = _mm_loadu_ps(p + 2 * in_stride), a3 = _mm_loadu_ps(p + 3 * in_stride);
      _MM_TRANSPOSE4_PS(a0, a1, a2, a3);
      float* o = out + c * out_stride + r;
      _mm_storeu_ps(o, a0);
      _mm_storeu_ps(o + out_stride, a1);
      _mm_storeu_ps(o + 2 * out_stride, a2);
      _mm_storeu_ps(o + 3 * out_stride, a3);
    }
  }
}

}  // namespace MT_NS
