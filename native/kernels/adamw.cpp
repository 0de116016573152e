// AdamW (Loshchilov and Hutter 2019, algorithm 2) over flat buffers, in one pass, with the checksums of what it reads and of what it writes.
#include <cmath>

#include "isa.h"

#include "checksum.h"
#include "vec.h"

namespace MT_NS {
namespace {

// Moved past the caches where whole vectors of the new state fall on their alignment: it is next read a step later.
template <bool kStream>
MT_INLINE void put(float* p, vf v, int n) {
  if (kStream && n == W) {
    stream(p, v);
  } else {
    store_n(p, v, n);
  }
}

// The numbers of a step, as the elements need them.
struct Factors {
  float keep, step_size, root2, beta1, rest1, beta2, rest2, eps, scale;

  explicit Factors(const AdamWStep& step) {
    const double correction1 = 1.0 - std::pow(step.beta1, static_cast<double>(step.step));
    const double correction2 = 1.0 - std::pow(step.beta2, static_cast<double>(step.step));
    keep = static_cast<float>(1.0 - step.lr * step.weight_decay);
    step_size = static_cast<float>(step.lr / correction1);
    root2 = static_cast<float>(std::sqrt(correction2));
    beta1 = static_cast<float>(step.beta1), rest1 = static_cast<float>(1.0 - step.beta1);
    beta2 = static_cast<float>(step.beta2), rest2 = static_cast<float>(1.0 - step.beta2);
    eps = static_cast<float>(step.eps), scale = static_cast<float>(step.grad_scale);
  }
};

struct Element3 {
  vf p, m, v;
};

MT_INLINE Element3 step_of(const Factors& f, Element3 old, vf grad) {
  const vf g = grad * f.scale;
  const vf m = old.m * f.beta1 + g * f.rest1;
  const vf v = old.v * f.beta2 + (g * g) * f.rest2;
  return {old.p * f.keep - f.step_size * m / (square_root(v) / f.root2 + f.eps), m, v};
}

constexpr int kTogether = kStripe / sizeof(float);  // elements of one stripe

// The stripes of weights, first and second moments in turn.
MT_INLINE void add_stripes(Checksum& sum, int part, Element3 e) {
  sum.add(part, reinterpret_cast<vq>(e.p));
  sum.add(part, reinterpret_cast<vq>(e.m));
  sum.add(part, reinterpret_cast<vq>(e.v));
}

// The last elements of a block, padded with zeros.
struct Tail {
  alignas(64) float p[kTogether] = {}, m[kTogether] = {}, v[kTogether] = {};

  Tail() = default;
  Tail(const AdamWState& state, int64_t start, int n) {
    std::memcpy(p, state.master + start, n * sizeof(float));
    std::memcpy(m, state.exp_avg + start, n * sizeof(float));
    std::memcpy(v, state.exp_avg_sq + start, n * sizeof(float));
  }

  void add_to(Checksum& sum) const {
    for (int part = 0; part < kParts; part++) add_stripes(sum, part, {load(p + part * W), load(m + part * W), load(v + part * W)});
  }
};

template <bool kStream, class Compute>
MT_INLINE void put_all(const AdamWState& to, Compute* compute, int64_t i, int n, Element3 e) {
  put<kStream>(to.exp_avg + i, e.m, n);
  put<kStream>(to.exp_avg_sq + i, e.v, n);
  put<kStream>(to.master + i, e.p, n);
  if (compute) store_n(compute + i, e.p, n);
}

MT_INLINE Element3 take(const AdamWState& from, int64_t i, int n) { return {load_n(from.master + i, n), load_n(from.exp_avg + i, n), load_n(from.exp_avg_sq + i, n)}; }

template <bool kStream, class Compute>
void update_block(int64_t start, int64_t length, const AdamWState& from, const float* grad, const AdamWState& to, Compute* compute, const Factors& f) {
  for_vectors(length, [&](int64_t offset, int n) {
    const int64_t i = start + offset;
    put_all<kStream>(to, compute, i, n, step_of(f, take(from, i, n), load_n(grad + i, n)));
  });
}

// The same arithmetic, with the checksums of what is read and of what is written.
template <bool kStream, class Compute>
void update_checked(int64_t start, int64_t length, const AdamWState& from, const float* grad, const AdamWState& to, Compute* compute, const Factors& f, uint64_t* before, uint64_t* after) {
  Checksum read, wrote;
  int64_t offset = 0;
  for (; offset + kTogether <= length; offset += kTogether) {
    for (int part = 0; part < kParts; part++) {
      const int64_t i = start + offset + part * W;
      const Element3 old = take(from, i, W);
      add_stripes(read, part, old);
      const Element3 e = step_of(f, old, load(grad + i));
      add_stripes(wrote, part, e);
      put_all<kStream>(to, compute, i, W, e);
    }
  }
  if (offset < length) {
    const int64_t i = start + offset;
    const int n = static_cast<int>(length - offset);
    Tail(from, i, n).add_to(read);
    update_block<kStream>(i, n, from, grad, to, compute, f);
    Tail(to, i, n).add_to(wrote);
  }
  const int64_t bytes = 3 * length * static_cast<int64_t>(sizeof(float));
  *before = read.value(bytes);
  *after = wrote.value(bytes);
}

template <bool kStream, class Compute>
int64_t update(int64_t count, const AdamWState& from, const float* grad, const AdamWState& to, Compute* compute, const AdamWStep& step, const uint64_t* expected, uint64_t* written) {
  const Factors factors(step);
  int64_t damaged = INT64_MAX;
#pragma omp parallel for schedule(static) reduction(min : damaged) if (count > kParallelElements)
  for (int64_t block = 0; block < (count + kStateBlock - 1) / kStateBlock; block++) {
    const int64_t start = block * kStateBlock;
    const int64_t length = count - start < kStateBlock ? count - start : kStateBlock;
    if (written == nullptr) {
      update_block<kStream>(start, length, from, grad, to, compute, factors);
    } else {
      uint64_t before;
      const uint64_t wanted = expected[block];
      update_checked<kStream>(start, length, from, grad, to, compute, factors, &before, &written[block]);
      if (before != wanted && block < damaged) damaged = block;
    }
    if (kStream) stream_fence();
  }
  return damaged == INT64_MAX ? -1 : damaged;
}

bool aligned(const float* p) { return reinterpret_cast<uintptr_t>(p) % (W * sizeof(float)) == 0; }

}  // namespace

int64_t adamw(int64_t count, const AdamWState& from, const float* grad, const AdamWState& to, void* compute, DType compute_type, const AdamWStep& step, const uint64_t* expected,
              uint64_t* written) {
  const bool stream = from.master != to.master && aligned(to.master) && aligned(to.exp_avg) && aligned(to.exp_avg_sq);
  if (compute_type == DType::bf16) {
    auto* weights = static_cast<bf16*>(compute);
    return stream ? update<true>(count, from, grad, to, weights, step, expected, written) : update<false>(count, from, grad, to, weights, step, expected, written);
  }
  auto* weights = static_cast<float*>(compute);
  return stream ? update<true>(count, from, grad, to, weights, step, expected, written) : update<false>(count, from, grad, to, weights, step, expected, written);
}

void state_checksums(int64_t count, const AdamWState& state, uint64_t* checksums) {
#pragma omp parallel for schedule(static) if (count > kParallelElements)
  for (int64_t block = 0; block < (count + kStateBlock - 1) / kStateBlock; block++) {
    const int64_t start = block * kStateBlock;
    const int64_t length = count - start < kStateBlock ? count - start : kStateBlock;
    Checksum sum;
    int64_t offset = 0;
    for (; offset + kTogether <= length; offset += kTogether) {
      for (int part = 0; part < kParts; part++) add_stripes(sum, part, take(state, start + offset + part * W, W));
    }
    if (offset < length) Tail(state, start + offset, static_cast<int>(length - offset)).add_to(sum);
    checksums[block] = sum.value(3 * length * static_cast<int64_t>(sizeof(float)));
  }
}

}  // namespace MT_NS
