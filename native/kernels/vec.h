// The widest float vector of the instruction set being compiled for, its loads and stores from fp32 and bf16, exp and sigmoid.
// Everything is inside MT_NS: each instruction set has its own copy.
#pragma once
#include <cstdint>
#include <cstring>
#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "types.h"

namespace MT_NS {

using meditron::AdamWState;
using meditron::AdamWStep;
using meditron::bf16;
using meditron::DType;

#define MT_INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)
constexpr int W = 16;
#elif defined(__AVX2__)
constexpr int W = 8;
#else
constexpr int W = 4;
#endif

typedef float vf __attribute__((vector_size(W * 4)));
typedef int32_t vi __attribute__((vector_size(W * 4)));
typedef uint32_t vu __attribute__((vector_size(W * 4)));
typedef uint16_t vh __attribute__((vector_size(W * 2)));
typedef float vf_any __attribute__((vector_size(W * 4), aligned(4), may_alias));
typedef uint16_t vh_any __attribute__((vector_size(W * 2), aligned(2), may_alias));

MT_INLINE vf splat(float value) { return vf{} + value; }

MT_INLINE vf load(const float* p) { return *reinterpret_cast<const vf_any*>(p); }
MT_INLINE void store(float* p, vf v) { *reinterpret_cast<vf_any*>(p) = v; }

// A store of a whole, aligned vector past the caches; a fence must follow before others are told of it.
MT_INLINE void stream(float* p, vf v) {
#if defined(__AVX512F__)
  _mm512_stream_ps(p, reinterpret_cast<__m512>(v));
#elif defined(__AVX2__)
  _mm256_stream_ps(p, reinterpret_cast<__m256>(v));
#else
  store(p, v);
#endif
}
MT_INLINE void stream_fence() {
#if defined(__AVX2__) || defined(__AVX512F__)
  _mm_sfence();
#endif
}

MT_INLINE vf widen(vh h) {
#ifdef __AVX512F__
  return reinterpret_cast<vf>(_mm512_slli_epi32(_mm512_cvtepu16_epi32(reinterpret_cast<__m256i>(h)), 16));
#else
  return reinterpret_cast<vf>(__builtin_convertvector(h, vu) << 16);
#endif
}

// Round to nearest even; a NaN stays a (quiet) NaN.
MT_INLINE vh narrow(vf v) {
  const vu u = reinterpret_cast<vu>(v);
  const vu rounded = (u + 0x7fffu + ((u >> 16) & 1u)) >> 16;
  const vu quiet = (u >> 16) | 0x40u;
  const vu chosen = (v == v) ? rounded : quiet;
#ifdef __AVX512F__
  return reinterpret_cast<vh>(_mm512_cvtepi32_epi16(reinterpret_cast<__m512i>(chosen)));
#else
  return __builtin_convertvector(chosen, vh);
#endif
}

MT_INLINE vf load(const bf16* p) { return widen(*reinterpret_cast<const vh_any*>(p)); }
MT_INLINE void store(bf16* p, vf v) { *reinterpret_cast<vh_any*>(p) = narrow(v); }

// The first n lanes (0 < n < W); the others are zero.
MT_INLINE vf load(const float* p, int n) {
#ifdef __AVX512F__
  return reinterpret_cast<vf>(_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1), p));
#else
  float lanes[W] = {};
  std::memcpy(lanes, p, n * sizeof(float));
  return load(lanes);
#endif
}
MT_INLINE void store(float* p, vf v, int n) {
#ifdef __AVX512F__
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1), reinterpret_cast<__m512>(v));
#else
  float lanes[W];
  store(lanes, v);
  std::memcpy(p, lanes, n * sizeof(float));
#endif
}
MT_INLINE vf load(const bf16* p, int n) {
  bf16 lanes[W] = {};
  std::memcpy(lanes, p, n * sizeof(bf16));
  return load(lanes);
}
MT_INLINE void store(bf16* p, vf v, int n) {
  bf16 lanes[W];
  store(lanes, v);
  std::memcpy(p, lanes, n * sizeof(bf16));
}

// f(i, n) for i = 0, W, 2W, ...: n is W for a full vector and less for the last one. The tail goes through the same arithmetic as the
// rest, so an element's result does not depend on where it stands.
template <class T>
MT_INLINE vf load_n(const T* p, int n) {
  return n == W ? load(p) : load(p, n);
}
template <class T>
MT_INLINE void store_n(T* p, vf v, int n) {
  if (n == W) {
    store(p, v);
  } else {
    store(p, v, n);
  }
}
template <class F>
MT_INLINE void for_vectors(int64_t count, F f) {
  int64_t i = 0;
  for (; i + W <= count; i += W) f(i, W);
  if (i < count) f(i, static_cast<int>(count - i));
}

// Lane sums and maxima in a fixed order.
MT_INLINE float sum_lanes(vf v) {
  float lanes[W];
  store(lanes, v);
  for (int width = W / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}
MT_INLINE vf maximum(vf a, vf b) { return (a > b) ? a : b; }
MT_INLINE float max_lanes(vf v) {
  float lanes[W];
  store(lanes, v);
  for (int i = 1; i < W; i++) lanes[0] = lanes[i] > lanes[0] ? lanes[i] : lanes[0];
  return lanes[0];
}

// e^x to about 1 ulp: x = n ln2 + r, a polynomial in r, then 2^n in two factors so that denormals and overflow come out right.
// NaN gives NaN, +Inf gives +Inf, -Inf gives 0.
MT_INLINE vf exp(vf x) {
  x = (x > splat(89.0f)) ? splat(89.0f) : x;
  x = (x < splat(-104.0f)) ? splat(-104.0f) : x;
  const vf magic = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
  const vf t = x * 1.44269504088896341f + magic;
  const vf n = t - magic;
  const vi k = reinterpret_cast<vi>(t) - reinterpret_cast<vi>(magic);
  vf r = x - n * 0.693145751953125f;
  r = r - n * 1.42860682030941723212e-6f;
  vf p = splat(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  const vi half = k >> 1;
  const vf low = reinterpret_cast<vf>((half + 127) << 23);
  const vf high = reinterpret_cast<vf>((k - half + 127) << 23);
  return p * low * high;
}

MT_INLINE vf sigmoid(vf x) { return 1.0f / (1.0f + exp(-x)); }

// Square root of each lane.
MT_INLINE vf square_root(vf v) {
#ifdef __AVX512F__
  return reinterpret_cast<vf>(_mm512_maskz_sqrt_ps(0xffff, reinterpret_cast<__m512>(v)));
#else
  float lanes[W];
  store(lanes, v);
  for (int i = 0; i < W; i++) lanes[i] = __builtin_sqrtf(lanes[i]);
  return load(lanes);
#endif
}

// Calls f with null pointers of the element type, as a type tag.
template <class F>
MT_INLINE void with_type(DType type, F f) {
  if (type == DType::f32) {
    f(static_cast<float*>(nullptr));
  } else {
    f(static_cast<bf16*>(nullptr));
  }
}

// Below this many elements a parallel region costs more than it saves.
constexpr int64_t kParallelElements = 16384;

}  // namespace MT_NS
