// Moving rows between the caller's strided tensors and the packed, zero-padded buffers that the products of attention_tiles.h read and write.
#pragma once

#include <cstdlib>

#include "isa.h"
#include "attention_tiles.h"

namespace MT_NS {

static inline float float_of(uint16_t bits) {
  const uint32_t wide = (uint32_t)bits << 16;
  float x;
  memcpy(&x, &wide, sizeof x);
  return x;
}

// Round to nearest even; a NaN stays a NaN.
static inline uint16_t bf16_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  const uint32_t quiet = (bits >> 16) | 0x40;
  return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? quiet : rounded);
}

static inline const char* element(const AttentionRows& rows, bool bf16, int64_t batch, int64_t token, int64_t head, int64_t dim) {
  return (const char*)rows.data + (batch * rows.batch_stride + token * rows.token_stride + head * dim) * (bf16 ? 2 : 4);
}

// `count` 32-bit units from an address of any alignment, zeros from there to `padded`. Whole vectors: the rows of a strided tensor miss the
// caches one by one, and a library call for each would keep too few of these misses in flight.
static inline void copy_units(float* to, const char* from, int64_t count, int64_t padded) {
  int64_t i = 0;
  for (; i + vector_lanes <= count; i += vector_lanes) store(to + i, load((const float*)from + i));
  for (; i < count; ++i) memcpy(to + i, from + i * 4, 4);
  for (; i < padded; ++i) to[i] = 0.0f;
}

// dst[row] = `dim` elements of row `row` as units, zeros up to `stride` units and in the rows from `rows` to `padded`.
template <class Unit>
static inline void load_rows(float* dst, int64_t stride, const char* src, int64_t token_stride, int64_t rows, int64_t padded, int64_t dim, bool bf16_data) {
  for (int64_t r = 0; r < rows; ++r) {
    float* to = dst + r * stride;
    if (Unit::elements == 2) {
      const char* from = src + r * token_stride * 2;
      copy_units(to, from, dim / 2, stride);
      if (dim % 2 != 0) memcpy(to + dim / 2, from + dim * 2 - 2, 2);
    } else if (bf16_data) {
      const uint16_t* from = (const uint16_t*)src + r * token_stride;
      for (int64_t d = 0; d < dim; ++d) to[d] = float_of(from[d]);
      for (int64_t d = dim; d < stride; ++d) to[d] = 0.0f;
    } else {
      copy_units(to, src + r * token_stride * 4, dim, stride);
    }
  }
  if (padded > rows) memset(dst + rows * stride, 0, (padded - rows) * stride * 4);
}

// dst[row] = src[row] * factor, in the caller's type.
static inline void store_rows(char* dst, int64_t token_stride, const float* src, int64_t stride, int64_t rows, int64_t dim, float factor, bool bf16_data) {
  for (int64_t r = 0; r < rows; ++r) {
    const float* from = src + r * stride;
    int64_t d = 0;
    if (bf16_data) {
      uint16_t* to = (uint16_t*)dst + r * token_stride;
#if defined(__AVX512BF16__)
      for (; d + 16 <= dim; d += 16) _mm256_storeu_si256((__m256i*)(to + d), (__m256i)_mm512_cvtneps_pbh((__m512)(load(from + d) * splat(factor))));
#endif
      for (; d < dim; ++d) to[d] = bf16_of(from[d] * factor);
    } else {
      float* to = (float*)dst + r * token_stride;
      for (; d + vector_lanes <= dim; d += vector_lanes) store(to + d, load(from + d) * splat(factor));
      for (; d < dim; ++d) to[d] = from[d] * factor;
    }
  }
}

// The products of two packed rows, summed in a fixed order.
template <class Unit>
static inline float dot_units(const float* x, const float* y, int64_t units) {
  vf sum = vf{};
  for (int64_t i = 0; i < units; i += vector_lanes) {
    if constexpr (Unit::elements == 1) {
      sum = multiply_add(load(x + i), load(y + i), sum);
    } else {
      const vi a = (vi)load(x + i), b = (vi)load(y + i);
      const vi high = (int32_t)0xffff0000 - vi{};
      sum = multiply_add((vf)(a << 16), (vf)(b << 16), sum);
      sum = multiply_add((vf)(a & high), (vf)(b & high), sum);
    }
  }
  return horizontal_sum(sum);
}

// Rows as the right operand of a product that sums over rows. fp32 rows are that already; bf16 rows are interleaved two by two.
template <class Unit>
static inline void interleave_rows(float* dst, int64_t dst_stride, const float* src, int64_t src_stride, int64_t rows, int64_t width) {
  if constexpr (Unit::elements == 1) {
    for (int64_t r = 0; r < rows; ++r) memcpy(dst + r * dst_stride, src + r * src_stride, width * 4);
  } else {
#if defined(__AVX512BF16__)
    for (int64_t r = 0; r < rows; r += 2) {
      const uint16_t* even = (const uint16_t*)(src + r * src_stride);
      const uint16_t* odd = (const uint16_t*)(src + (r + 1) * src_stride);
      for (int64_t d = 0; d < width; d += 16) {
        const __m512i low = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)(even + d)));
        const __m512i high = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)(odd + d)));
        _mm512_storeu_si512(dst + (r / 2) * dst_stride + d, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
      }
    }
#endif
  }
}

#if defined(__AVX512BF16__)
// 32 numbers of one row as bf16, in order.
static inline void store_pairs(float* dst, vf first, vf second) {
  _mm512_storeu_si512(dst, (__m512i)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first));
}

// 16 columns of two rows as bf16, column by column.
static inline void store_interleaved(float* dst, vf even, vf odd) {
  const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  _mm512_storeu_si512(dst, _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh((__m512)odd, (__m512)even)));
}
#endif

// Memory of one thread, kept from call to call and grown when a larger shape comes.
struct AttentionScratch {
  float* data = nullptr;
  int64_t size = 0;
  ~AttentionScratch() { free(data); }

  float* reserve(int64_t floats) {
    if (floats > size) {
      free(data);
      data = (float*)aligned_alloc(64, round_up(floats * 4, 4096));
      size = data == nullptr ? 0 : floats;
    }
    return data;
  }
};

// Cuts buffers, each on a cache line, out of one block; with a null base it only measures.
struct ScratchCutter {
  float* base;
  int64_t used = 0;

  float* cut(int64_t floats) {
    float* start = base == nullptr ? nullptr : base + used;
    used += round_up(floats, 16);
    return start;
  }
};

}  // namespace MT_NS
