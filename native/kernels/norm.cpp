// RMSNorm, forward and backward.
#include <cmath>

#include "isa.h"
#include "vec.h"

namespace MT_NS {

namespace {

template <class T>
void forward(int64_t rows, int64_t width, const T* x, int64_t ldx, const T* weight, float eps, T* y, int64_t ldy, float* rstd) {
#pragma omp parallel for schedule(static) if (rows * width > kParallelElements)
  for (int64_t row = 0; row < rows; row++) {
    const T* in = x + row * ldx;
    T* out = y + row * ldy;
    vf squares = {};
    for_vectors(width, [&](int64_t i, int n) {
      const vf v = load_n(in + i, n);
      squares += v * v;
    });
    const float r = 1.0f / std::sqrt(sum_lanes(squares) / static_cast<float>(width) + eps);
    if (rstd) rstd[row] = r;
    for_vectors(width, [&](int64_t i, int n) { store_n(out + i, (load_n(in + i, n) * r) * load_n(weight + i, n), n); });
  }
}

template <class T>
void backward(int64_t rows, int64_t width, const T* dy, int64_t lddy, const T* x, int64_t ldx, const T* weight, const float* rstd, T* dx,
              int64_t lddx, bool accumulate) {
#pragma omp parallel for schedule(static) if (rows * width > kParallelElements)
  for (int64_t row = 0; row < rows; row++) {
    const T* in = x + row * ldx;
    const T* grad = dy + row * lddy;
    T* out = dx + row * lddx;
    const float r = rstd[row];
    vf products = {};
    for_vectors(width, [&](int64_t i, int n) { products += (load_n(grad + i, n) * load_n(weight + i, n)) * load_n(in + i, n); });
    // mean(dy * w * xhat) * rstd, the part of the gradient that goes through the norm
    const float through = sum_lanes(products) / static_cast<float>(width) * r * r;
    for_vectors(width, [&](int64_t i, int n) {
      vf g = r * (load_n(grad + i, n) * load_n(weight + i, n) - load_n(in + i, n) * through);
      if (accumulate) g += load_n(out + i, n);
      store_n(out + i, g, n);
    });
  }
}

// Columns are divided among the threads and rows are added in order, so the sum does not depend on the threads.
template <class T>
void backward_weight(int64_t rows, int64_t width, const T* dy, int64_t lddy, const T* x, int64_t ldx, const float* rstd, float* dweight) {
  constexpr int64_t kColumns = 4 * W;
  constexpr int64_t kRows = 64;  // short sums first: the error grows with the longest chain
  const int64_t blocks = (width + kColumns - 1) / kColumns;
#pragma omp parallel for schedule(static) if (rows * width > kParallelElements)
  for (int64_t block = 0; block < blocks; block++) {
    const int64_t start = block * kColumns;
    const int64_t length = width - start < kColumns ? width - start : kColumns;
    vf total[4] = {};
    for (int64_t first = 0; first < rows; first += kRows) {
      const int64_t last = first + kRows < rows ? first + kRows : rows;
      vf sums[4] = {};
      if (length == kColumns) {
        for (int64_t row = first; row < last; row++) {
          const T* in = x + row * ldx + start;
          const T* grad = dy + row * lddy + start;
          const float r = rstd[row];
          for (int j = 0; j < 4; j++) sums[j] += load(grad + j * W) * (load(in + j * W) * r);
        }
      } else {
        for (int64_t row = first; row < last; row++) {
          const T* in = x + row * ldx + start;
          const T* grad = dy + row * lddy + start;
          const float r = rstd[row];
          for_vectors(length, [&](int64_t i, int n) { sums[i / W] += load_n(grad + i, n) * (load_n(in + i, n) * r); });
        }
      }
      for (int j = 0; j < 4; j++) total[j] += sums[j];
    }
    for_vectors(length, [&](int64_t i, int n) { store_n(dweight + start + i, load_n(dweight + start + i, n) + total[i / W], n); });
  }
}

}  // namespace

void rms_norm(DType type, int64_t rows, int64_t width, const void* x, int64_t ldx, const void* weight, float eps, void* y, int64_t ldy,
              float* rstd) {
  with_type(type, [&](auto* tag) {
    using P = decltype(tag);
    forward(rows, width, static_cast<P>(const_cast<void*>(x)), ldx, static_cast<P>(const_cast<void*>(weight)), eps, static_cast<P>(y), ldy,
            rstd);
  });
}

void rms_norm_backward(DType type, int64_t rows, int64_t width, const void* dy, int64_t lddy, const void* x, int64_t ldx, const void* weight,
                       const float* rstd, void* dx, int64_t lddx, bool accumulate) {
  with_type(type, [&](auto* tag) {
    using P = decltype(tag);
    backward(rows, width, static_cast<P>(const_cast<void*>(dy)), lddy, static_cast<P>(const_cast<void*>(x)), ldx,
             static_cast<P>(const_cast<void*>(weight)), rstd, static_cast<P>(dx), lddx, accumulate);
  });
}

void rms_norm_backward_weight(DType type, int64_t rows, int64_t width, const void* dy, int64_t lddy, const void* x, int64_t ldx,
                              const float* rstd, float* dweight) {
  with_type(type, [&](auto* tag) {
    using P = decltype(tag);
    backward_weight(rows, width, static_cast<P>(const_cast<void*>(dy)), lddy, static_cast<P>(const_cast<void*>(x)), ldx, rstd, dweight);
  });
}

}  // namespace MT_NS
