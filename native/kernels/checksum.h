// The checksum of a chunk: eight 64-bit lanes take one 64-byte stripe at a time (after XXH3's accumulation, Collet 2019), with a key that moves
// on by a constant for every stripe, so that order counts. The same value on every instruction set.
#pragma once
#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "vec.h"

namespace MT_NS {

constexpr int kLanes = W / 2;      // 64-bit lanes of one vector
constexpr int kParts = 8 / kLanes; // vectors of one stripe
constexpr int64_t kStripe = 64;

typedef uint64_t vq __attribute__((vector_size(W * 4)));
typedef uint64_t vq_any __attribute__((vector_size(W * 4), aligned(1), may_alias));

MT_INLINE vq multiply_halves(vq v) {
#if defined(__AVX512F__)
  return reinterpret_cast<vq>(_mm512_mul_epu32(reinterpret_cast<__m512i>(v), reinterpret_cast<__m512i>(v >> 32)));
#elif defined(__AVX2__)
  return reinterpret_cast<vq>(_mm256_mul_epu32(reinterpret_cast<__m256i>(v), reinterpret_cast<__m256i>(v >> 32)));
#elif defined(__x86_64__)
  return reinterpret_cast<vq>(_mm_mul_epu32(reinterpret_cast<__m128i>(v), reinterpret_cast<__m128i>(v >> 32)));
#else
  return (v & 0xffffffffu) * (v >> 32);
#endif
}

MT_INLINE vq swap_neighbours(vq v) {
#if defined(__AVX512F__)
  return __builtin_shuffle(v, vq{1, 0, 3, 2, 5, 4, 7, 6});
#elif defined(__AVX2__)
  return __builtin_shuffle(v, vq{1, 0, 3, 2});
#else
  return __builtin_shuffle(v, vq{1, 0});
#endif
}

struct Checksum {
  vq sums[kParts];
  vq keys[kParts];

  Checksum() {
    static const uint64_t first[8] = {0xbe4ba423396cfeb8u, 0x1cad21f72c81017cu, 0xdb979083e96dd4deu, 0x1f67b3b7a4a44072u,
                                      0x78e5c0cc4ee679cbu, 0x2172ffcc7dd05a82u, 0x8e2443f7744608b8u, 0x4c263a81e69035e0u};
    std::memcpy(keys, first, sizeof keys);
    std::memset(sums, 0, sizeof sums);
  }

  inline __attribute__((always_inline)) void add(int part, vq data) {
    sums[part] += swap_neighbours(data) + multiply_halves(data ^ keys[part]);
    keys[part] += 0x9e3779b97f4a7c15u;
  }

  inline __attribute__((always_inline)) void stripe(const char* data) {
    for (int part = 0; part < kParts; part++) add(part, *reinterpret_cast<const vq_any*>(data + part * W * 4));
  }

  // bytes: of whole stripes, but at the end of the data.
  inline __attribute__((always_inline)) void update(const char* data, int64_t bytes) {
    int64_t i = 0;
    for (; i + kStripe <= bytes; i += kStripe) stripe(data + i);
    if (i < bytes) {
      char last[kStripe] = {};
      std::memcpy(last, data + i, bytes - i);
      stripe(last);
    }
  }

  // bytes: of all the data, which tells zeros at its end from the padding of the last stripe.
  inline __attribute__((always_inline)) uint64_t value(int64_t bytes) const {
    uint64_t lanes[8];
    std::memcpy(lanes, sums, sizeof lanes);
    uint64_t hash = static_cast<uint64_t>(bytes) * 0x9fb21c651e98df25u;
    for (uint64_t lane : lanes) {
      hash = (hash ^ lane) * 0x165667919e3779f9u;
      hash ^= hash >> 29;
    }
    return hash;
  }
};

}  // namespace MT_NS
