// Rotary position embedding, in place.
#include "isa.h"
#include "vec.h"

namespace MT_NS {

namespace {

// Pairs (i, i + half) of each head.
template <class T>
void rotate_halves(T* x, int64_t heads, int64_t half, const float* cosine, const float* sine, float sign) {
  for (int64_t head = 0; head < heads; head++) {
    T* low = x + head * 2 * half;
    T* high = low + half;
    for_vectors(half, [&](int64_t i, int n) {
      const vf c = load_n(cosine + i, n);
      const vf s = load_n(sine + i, n) * sign;
      const vf a = load_n(low + i, n);
      const vf b = load_n(high + i, n);
      store_n(low + i, a * c - b * s, n);
      store_n(high + i, b * c + a * s, n);
    });
  }
}

// Pairs (2i, 2i + 1) of each head: with every cosine and (signed) sine written twice, y = x * c + swap(x) * s.
template <class T>
void rotate_pairs(T* x, int64_t heads, int64_t half, const float* cosine, const float* sine, float sign) {
  constexpr int64_t kChunk = 512;
  float c2[kChunk], s2[kChunk];
  vi swap;
  for (int i = 0; i < W; i++) swap[i] = i ^ 1;
  for (int64_t start = 0; start < 2 * half; start += kChunk) {
    const int64_t length = 2 * half - start < kChunk ? 2 * half - start : kChunk;
    for (int64_t i = 0; i < length / 2; i++) {
      c2[2 * i] = c2[2 * i + 1] = cosine[start / 2 + i];
      s2[2 * i + 1] = sine[start / 2 + i] * sign;
      s2[2 * i] = -s2[2 * i + 1];
    }
    for (int64_t head = 0; head < heads; head++) {
      T* p = x + head * 2 * half + start;
      for_vectors(length, [&](int64_t i, int n) {
        const vf v = load_n(p + i, n);
        store_n(p + i, v * load_n(c2 + i, n) + __builtin_shuffle(v, swap) * load_n(s2 + i, n), n);
      });
    }
  }
}

}  // namespace

void rope(DType type, int64_t batch, int64_t length, int64_t heads, int64_t width, void* x, int64_t batch_stride, int64_t token_stride,
          const float* cosine, const float* sine, int64_t ldc, bool interleaved, bool inverse) {
  const float sign = inverse ? -1.0f : 1.0f;
  const int64_t half = width / 2;
  with_type(type, [&](auto* tag) {
    auto* data = static_cast<decltype(tag)>(x);
#pragma omp parallel for schedule(static) if (batch * length * heads * width > kParallelElements)
    for (int64_t token = 0; token < batch * length; token++) {
      const int64_t t = token % length;
      auto* p = data + token / length * batch_stride + t * token_stride;
      if (interleaved) {
        rotate_pairs(p, heads, half, cosine + t * ldc, sine + t * ldc, sign);
      } else {
        rotate_halves(p, heads, half, cosine + t * ldc, sine + t * ldc, sign);
      }
    }
  });
}

}  // namespace MT_NS
