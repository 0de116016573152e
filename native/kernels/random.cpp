// Normal numbers by counter: Philox 4x32-10 (Salmon et al. 2011) and Box-Muller. Element i depends on (seed, stream, offset + i) alone.
// Only +, -, *, / and sqrt of IEEE arithmetic, uncontracted, so every instruction set gives the same bits.
#include "isa.h"
#include "vec.h"

namespace MT_NS {

namespace {

constexpr int kLanes = 16;  // counters made together; each gives four numbers

// ln x for x in [2^-32, 1].
MT_INLINE float logarithm(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, 4);
  const uint32_t shifted = bits - 0x3f3504f3u;  // relative to sqrt(1/2)
  const int32_t exponent = static_cast<int32_t>(shifted) >> 23;
  const uint32_t mantissa_bits = (shifted & 0x007fffffu) + 0x3f3504f3u;
  float m;
  __builtin_memcpy(&m, &mantissa_bits, 4);
  const float r = m - 1.0f;
  float p = 7.0376836292e-2f;
  p = p * r - 1.1514610310e-1f;
  p = p * r + 1.1676998740e-1f;
  p = p * r - 1.2420140846e-1f;
  p = p * r + 1.4249322787e-1f;
  p = p * r - 1.6668057665e-1f;
  p = p * r + 2.0000714765e-1f;
  p = p * r - 2.4999993993e-1f;
  p = p * r + 3.3333331174e-1f;
  const float z = r * r;
  const float e = static_cast<float>(exponent);
  return r + (p * r * z - 0.5f * z + e * -2.12194440e-4f) + e * 0.693359375f;
}

void philox(uint32_t (*c)[kLanes], uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < kLanes; i++) {
      const uint64_t p0 = static_cast<uint64_t>(0xD2511F53u) * c[0][i];
      const uint64_t p1 = static_cast<uint64_t>(0xCD9E8D57u) * c[2][i];
      const uint32_t c1 = c[1][i], c3 = c[3][i];
      c[0][i] = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ key0;
      c[1][i] = static_cast<uint32_t>(p1);
      c[2][i] = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ key1;
      c[3][i] = static_cast<uint32_t>(p0);
    }
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
}

// Two uniforms to two normals, lane by lane.
void box_muller(const uint32_t* a, const uint32_t* b, float* first, float* second, float mean, float std) {
  for (int i = 0; i < kLanes; i++) {
    const float u = static_cast<float>(static_cast<int32_t>(a[i] >> 1)) * 4.656612873077392578125e-10f + 2.3283064365386962890625e-10f;
    const float radius = __builtin_sqrtf(-2.0f * logarithm(u));
    // Angle in quarter turns: the nearest quarter and a rest in [-1/2, 1/2].
    const float turns = static_cast<float>(static_cast<int32_t>(b[i] >> 1)) * 1.862645149230957e-9f;
    const int32_t quarter = static_cast<int32_t>(turns + 0.5f);
    const float x = (turns - static_cast<float>(quarter)) * 1.57079632679489662f;
    const float z = x * x;
    const float s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
    const float c = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z + 1.0f;
    const float sine = quarter & 1 ? c : s;
    const float cosine = quarter & 1 ? s : c;
    first[i] = mean + std * (radius * ((quarter + 1) & 2 ? -cosine : cosine));
    second[i] = mean + std * (radius * (quarter & 2 ? -sine : sine));
  }
}

}  // namespace

void normal(int64_t count, float* values, float mean, float std, uint64_t seed, uint64_t stream, int64_t offset) {
  if (count <= 0) return;
  constexpr int64_t kGroup = 4 * kLanes;
  const uint64_t begin = static_cast<uint64_t>(offset), end = begin + static_cast<uint64_t>(count);
  const int64_t first_group = static_cast<int64_t>(begin / kGroup), last_group = static_cast<int64_t>((end - 1) / kGroup);
#pragma omp parallel for schedule(static) if (count > kParallelElements)
  for (int64_t group = first_group; group <= last_group; group++) {
    uint32_t c[4][kLanes];
    for (int i = 0; i < kLanes; i++) {
      const uint64_t counter = static_cast<uint64_t>(group) * kLanes + i;
      c[0][i] = static_cast<uint32_t>(counter);
      c[1][i] = static_cast<uint32_t>(counter >> 32);
      c[2][i] = static_cast<uint32_t>(stream);
      c[3][i] = static_cast<uint32_t>(stream >> 32);
    }
    philox(c, static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32));
    float n[4][kLanes];
    box_muller(c[0], c[1], n[0], n[1], mean, std);
    box_muller(c[2], c[3], n[2], n[3], mean, std);
    const uint64_t start = static_cast<uint64_t>(group) * kGroup;
    for (int64_t i = 0; i < kGroup; i++) {
      const uint64_t position = start + i;
      if (position >= begin && position < end) values[position - begin] = n[i & 3][i >> 2];
    }
  }
}

}  // namespace MT_NS
