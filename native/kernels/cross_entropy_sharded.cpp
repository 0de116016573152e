// Cross-entropy over a vocabulary that ranks share by columns (Shoeybi et al. 2019, section 3): each computes what it knows of a row, the ranks
// exchange that, and each then has the loss and its columns' gradient.
#include <cmath>
#include <cstring>

#include "isa.h"
#include "vec.h"

namespace MT_NS {

namespace {

constexpr int32_t kIgnored = -100;
constexpr int32_t kElsewhere = -1;
constexpr int64_t kStats = 3;  // a row's largest logit, its sum of exponentials below that, and the target's logit (-infinity where it is elsewhere)

int64_t first_outside(int64_t rows, const int32_t* targets, int64_t vocabulary) {
  for (int64_t row = 0; row < rows; row++) {
    if (targets[row] != kIgnored && (targets[row] < kElsewhere || targets[row] >= vocabulary)) return row;
  }
  return -1;
}

template <class T>
float element(const T* x, int64_t i) {
  T lane[W] = {};
  lane[0] = x[i];
  return load(lane)[0];
}

template <class T>
void row_stats(const T* x, int64_t vocabulary, int32_t target, float* stats) {
  float m = -__builtin_inff();
  int64_t i = 0;
  if (vocabulary >= W) {
    vf largest = load(x);
    for (; i + W <= vocabulary; i += W) largest = maximum(load(x + i), largest);
    m = max_lanes(largest);
  }
  for (; i < vocabulary; i++) {
    const float v = element(x, i);
    m = v > m ? v : m;
  }

  vf sums = {};
  for (i = 0; i < vocabulary; i += W) {
    const int n = vocabulary - i < W ? static_cast<int>(vocabulary - i) : W;
    float lanes[W];
    store(lanes, exp(load_n(x + i, n) - m));
    for (int j = n; j < W; j++) lanes[j] = 0;
    sums += load(lanes);
  }
  stats[0] = m;
  stats[1] = vocabulary > 0 ? static_cast<float>(sum_lanes(sums)) : 0.0f;
  stats[2] = target == kElsewhere ? -__builtin_inff() : element(x, target);
}

}  // namespace

int64_t cross_entropy_stats(DType type, int64_t rows, int64_t vocabulary, const void* logits, int64_t ld, const int32_t* targets, float* stats) {
  const int64_t bad = first_outside(rows, targets, vocabulary);
  if (bad >= 0) return bad;
  with_type(type, [&](auto* tag) {
    const auto* x = static_cast<decltype(tag)>(const_cast<void*>(logits));
#pragma omp parallel for schedule(static) if (rows * vocabulary > kParallelElements)
    for (int64_t row = 0; row < rows; row++) {
      if (targets[row] == kIgnored) {
        std::memset(stats + kStats * row, 0, kStats * sizeof(float));
      } else {
        row_stats(x + row * ld, vocabulary, targets[row], stats + kStats * row);
      }
    }
  });
  return -1;
}

// stats: [shards, rows, 3], in the order of the shards, so that every rank gets the same sum.
int64_t cross_entropy_sharded(DType type, int64_t rows, int64_t columns, int64_t vocabulary, void* logits, int64_t ld, const int32_t* targets,
                              int64_t shards, const float* stats, float grad_scale, bool backward, float* loss) {
  const int64_t bad = first_outside(rows, targets, vocabulary);
  if (bad >= 0) return bad;
  with_type(type, [&](auto* tag) {
    auto* x = static_cast<decltype(tag)>(logits);
#pragma omp parallel for schedule(static) if (rows * columns > kParallelElements)
    for (int64_t row = 0; row < rows; row++) {
      auto* p = x + row * ld;
      if (targets[row] == kIgnored) {
        loss[row] = 0;
        if (backward) std::memset(static_cast<void*>(p), 0, columns * sizeof(*p));
        continue;
      }

      float m = -__builtin_inff(), logit = -__builtin_inff();
      for (int64_t shard = 0; shard < shards; shard++) {
        const float* s = stats + kStats * (shard * rows + row);
        m = s[0] > m || s[0] != s[0] ? s[0] : m;
        logit = s[2] > logit || s[2] != s[2] ? s[2] : logit;
      }
      double sum = 0;
      for (int64_t shard = 0; shard < shards; shard++) {
        const float* s = stats + kStats * (shard * rows + row);
        if (s[1] != 0) sum += static_cast<double>(s[1]) * std::exp(static_cast<double>(s[0]) - m);
      }
      loss[row] = static_cast<float>(std::log(sum) - (static_cast<double>(logit) - m));
      if (!backward) continue;

      const float factor = static_cast<float>(static_cast<double>(grad_scale) / sum);
      for_vectors(vocabulary, [&](int64_t k, int n) { store_n(p + k, exp(load_n(p + k, n) - m) * factor, n); });
      if (targets[row] >= 0) {
        const float probability = static_cast<float>(std::exp(static_cast<double>(logit) - m) / sum);
        std::remove_reference_t<decltype(*p)> gradient[W];
        store(gradient, splat((probability - 1.0f) * grad_scale));
        p[targets[row]] = gradient[0];
      }
      std::memset(static_cast<void*>(p + vocabulary), 0, (columns - vocabulary) * sizeof(*p));
    }
  });
  return -1;
}

}  // namespace MT_NS
