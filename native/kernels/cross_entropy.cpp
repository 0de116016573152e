// Cross-entropy over the vocabulary, with the gradient written over the logits.
#include <cmath>
#include <cstring>

#include "isa.h"
#include "vec.h"

namespace MT_NS {

namespace {

constexpr int32_t kIgnored = -100;

template <class T>
float one_row(T* x, int64_t columns, int64_t vocabulary, int32_t target, float grad_scale, bool backward) {
  vf largest = splat(-__builtin_inff());
  int64_t i = 0;
  for (; i + W <= vocabulary; i += W) largest = maximum(load(x + i), largest);
  float m = max_lanes(largest);
  for (; i < vocabulary; i++) {
    T lane[W] = {};
    lane[0] = x[i];
    const float v = load(lane)[0];
    m = v > m ? v : m;
  }

  vf sums[4] = {};
  for (i = 0; i + 4 * W <= vocabulary; i += 4 * W) {
    for (int j = 0; j < 4; j++) sums[j] += exp(load(x + i + j * W) - m);
  }
  for (; i < vocabulary; i += W) {
    const int n = vocabulary - i < W ? static_cast<int>(vocabulary - i) : W;
    float lanes[W];
    store(lanes, exp(load_n(x + i, n) - m));
    for (int j = n; j < W; j++) lanes[j] = 0;
    sums[0] += load(lanes);
  }
  const double sum = sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));

  T target_lane[W] = {};
  target_lane[0] = x[target];
  const vf shifted = load(target_lane) - m;
  const float loss = static_cast<float>(std::log(sum) - static_cast<double>(shifted[0]));
  if (!backward) return loss;

  const float factor = static_cast<float>(static_cast<double>(grad_scale) / sum);
  const float target_probability = static_cast<float>(static_cast<double>(exp(shifted)[0]) / sum);
  for_vectors(vocabulary, [&](int64_t k, int n) { store_n(x + k, exp(load_n(x + k, n) - m) * factor, n); });
  T target_gradient[W];
  store(target_gradient, splat((target_probability - 1.0f) * grad_scale));
  x[target] = target_gradient[0];
  std::memset(static_cast<void*>(x + vocabulary), 0, (columns - vocabulary) * sizeof(T));
  return loss;
}

}  // namespace

int64_t cross_entropy(DType type, int64_t rows, int64_t columns, int64_t vocabulary, void* logits, int64_t ld, const int32_t* targets,
                      float grad_scale, bool backward, float* loss) {
  for (int64_t row = 0; row < rows; row++) {
    if (targets[row] != kIgnored && (targets[row] < 0 || targets[row] >= vocabulary)) return row;
  }
  with_type(type, [&](auto* tag) {
    auto* x = static_cast<decltype(tag)>(logits);
#pragma omp parallel for schedule(static) if (rows * columns > kParallelElements)
    for (int64_t row = 0; row < rows; row++) {
      auto* p = x + row * ld;
      if (targets[row] == kIgnored) {
        loss[row] = 0;
        if (backward) std::memset(static_cast<void*>(p), 0, columns * sizeof(*p));
      } else {
        loss[row] = one_row(p, columns, vocabulary, targets[row], grad_scale, backward);
      }
    }
  });
  return -1;
}

}  // namespace MT_NS
